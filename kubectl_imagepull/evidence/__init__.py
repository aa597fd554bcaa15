"""What a snapshot proves beside a failure's text: one check a module, which says what is bad, useful, fine or unread.

It may use failures, messages and kube; it decides no cause and repairs nothing.
"""
