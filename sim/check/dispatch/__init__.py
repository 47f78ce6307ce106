"""What must be true from an order's writing to the end of its visits: offers, who goes, from where.

Start with ``orders`` and ``offers``, then ``visits``; ``idle`` says that nobody is free in vain.
"""
