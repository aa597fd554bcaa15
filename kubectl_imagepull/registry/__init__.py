"""Asks a registry what it has and whom it lets pull, where the user wants that.

It may use vocabulary, and of kube what finds a proxy and the system's authorities.
"""
