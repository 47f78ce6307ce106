"""What must be true of calls: queues, lines and operators, virtual hold, the tiers above, shocks.

Start with ``calls``; the others hold what only some scenarios have.
"""
