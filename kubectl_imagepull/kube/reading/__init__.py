"""What is asked of a live cluster, and what was left out -> a snapshot.

It may use a session of connection; it knows nothing of recordings.
"""
