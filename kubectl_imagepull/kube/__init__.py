"""The only place that knows Kubernetes' API: a cluster or a recording becomes a snapshot.

It may use the vocabulary, and is alone below cli in opening connections, users' files and programs.
"""
