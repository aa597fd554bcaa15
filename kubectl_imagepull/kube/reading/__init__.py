"""What is asked of a live cluster, and what was left out -> a snapshot."""
