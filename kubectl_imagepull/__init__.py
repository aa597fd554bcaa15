"""kubectl imagepull: names the root cause of failed image pulls, and the commands that fix it."""

__version__ = "0.1.0"

#: How users call the program; krew may ask for another name, so it stands here and nowhere else.
COMMAND = "kubectl imagepull"
#: The executable that kubectl looks for on PATH.
PROGRAM = "kubectl-imagepull"
