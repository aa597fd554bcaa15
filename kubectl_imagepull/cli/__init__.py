"""The program: commands and flags, which become a request, exit codes, the terminal, completion."""
