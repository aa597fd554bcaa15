"""Lets `python -m kubectl_imagepull` run the program."""

from kubectl_imagepull.cli import program

if __name__ == "__main__":
    program()
