"""Lets `python -m kubectl_imagepull` run the program."""

from kubectl_imagepull.cli.program import program

if __name__ == "__main__":
    program()
