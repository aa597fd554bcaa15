"""A kubeconfig and kubectl's options -> a session with an API server."""
