"""Which figures a result folder can give, by its kind.

Start with ``drawings``, the whole list; each ``of_...`` says it for one kind of folder.
"""
