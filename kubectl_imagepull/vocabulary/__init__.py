"""The values that every room speaks in: causes, image references, workloads, commands and fixes as data.

It may use nothing of the package, and knows no cluster: texts and names come in as strings.
"""
