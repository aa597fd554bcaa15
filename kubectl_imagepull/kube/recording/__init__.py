"""Files, archives and standard input -> the same snapshot."""
