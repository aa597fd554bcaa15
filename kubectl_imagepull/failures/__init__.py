"""A snapshot -> the pulls that fail: which container, which image, and which texts speak about it.

It may use messages and kube; it decides no cause.
"""
