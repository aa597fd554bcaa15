"""Completes commands, flags and names with TAB: through kubectl, and for the bare program.

It may use flags, request and terminal of the room around it, and reads a cluster only by the rooms below.
"""
