"""kubectl imagepull: names the root cause of failed image pulls, and the commands that fix it."""

__version__ = "0.1.0"

#: The plugin's name; krew may ask for another, so it stands here and nowhere else.
NAME = "imagepull"
#: How users call the program.
COMMAND = f"kubectl {NAME}"
#: The executable that kubectl looks for on PATH.
PROGRAM = f"kubectl-{NAME.replace('-', '_')}"
