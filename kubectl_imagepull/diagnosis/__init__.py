"""Text + evidence -> diagnoses, root causes and the report: decide, then group.

It may use evidence and everything below it; fixes are added later, by their own room.
"""
