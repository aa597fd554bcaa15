"""Helm releases: what is kept of them in the cluster, and which of their values gives a workload its image.

It may use kube and vocabulary, and of evidence only what a finding is. Values of a release are as secret as a pull
secret: nothing leaves this room but paths and an image's own pieces.
"""
