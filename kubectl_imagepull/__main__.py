"""Lets `python -m kubectl_imagepull` run the program."""

from kubectl_imagepull.cli import main

if __name__ == "__main__":
    main()
