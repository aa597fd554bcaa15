"""The program: commands and flags, which become a request, exit codes, the terminal, completion.

It may use everything, and is alone in knowing typer and in printing.
"""
