"""A report -> text: a table, a full page, a document, one module a format.

It may use the diagnosis' values and the runbook of fixes; it knows nothing of clusters, and nothing here prints.
"""
