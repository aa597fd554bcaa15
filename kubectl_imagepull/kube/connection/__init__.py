"""A kubeconfig and kubectl's options -> a session with an API server.

It may use documents and the snapshot's values; what is asked through the session isn't its business.
"""
