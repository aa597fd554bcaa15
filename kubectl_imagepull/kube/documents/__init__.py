"""Bytes -> JSON and YAML documents, also damaged ones."""
