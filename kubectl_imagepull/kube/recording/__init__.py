"""Files, archives and standard input -> the same snapshot as a cluster gives.

It may use documents; it opens no connection.
"""
