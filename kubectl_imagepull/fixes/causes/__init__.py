"""One module a cause: its fixes and its page of the runbook, and nothing of other causes.

Each may use the context and the steps that causes share.
"""
