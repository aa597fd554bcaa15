"""Text -> cause: unwrap takes a message apart, rules name the cause, classify decides."""
