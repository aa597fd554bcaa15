"""The building blocks of fixes that several causes share: changes of a workload, pull secrets, steps on a node.

It may use the context and what is below it; it knows no cause.
"""
