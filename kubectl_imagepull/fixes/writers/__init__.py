"""The fix at the place where the workload is written, by whoever writes it: one module a writer.

Each may use fixes/steps, fixes/context and what is below fixes.
"""
