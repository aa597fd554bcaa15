"""The only place that knows Kubernetes' API: a cluster or a recording becomes a snapshot."""
