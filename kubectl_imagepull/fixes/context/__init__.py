"""What fixes are made from: one value for each subject (pod, workload, image, registry, node, evidence).

It may use the diagnosis and everything below it; it makes no fix itself.
"""
