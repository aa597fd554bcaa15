"""Foretells whether images would be pulled: who names them, what the kubelet would send, what registries say.

It may use evidence, registry, kube and vocabulary; it decides nothing about pulls that have failed.
"""
