"""What repairs a diagnosis: ranked fixes, made as data from its cause, its evidence and its names.

It may use the diagnosis and everything below it; it knows nothing of reports, and reads no sentence of its own.
"""
