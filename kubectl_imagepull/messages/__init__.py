"""Text -> cause: unwrap takes a message apart, rules name the cause, classify decides.

It may use the vocabulary; it knows no cluster, so that a text from anywhere can be read.
"""
