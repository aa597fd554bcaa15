"""Bytes -> JSON and YAML documents, also damaged ones.

It may use what an object's JSON looks like (kube/objects.py), and nothing else.
"""
