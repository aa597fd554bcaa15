"""What names a cause: rules made of phrases, each phrase with the texts that prove it and whose it is.

It may use the vocabulary, and the verdict of the room around it; it takes no message apart itself. A rule's phrases are
searched in the head (what kubelet and runtime say, names taken out); with `body` also in what the registry says, if
that is compatible with the HTTP status. A test holds every phrase to its proofs: texts that no other phrase explains;
the placeholders of the head are explained in unwrap.
"""
