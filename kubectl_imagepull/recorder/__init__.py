"""A snapshot -> one file that reads to the same diagnoses: without values of secrets, and without what nothing reads.

It may use evidence and below: what stands in the place of a secret's value is held against what evidence reads of it.
"""
