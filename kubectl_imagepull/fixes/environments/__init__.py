"""What is done on a node, by the distribution or service that the node belongs to: one table decides.

It may use the context and the steps; it knows no cause.
"""
