"""What must be true of services beyond the ordinary visit, and of who pays: meals, places, plans.

One file for each: ``rounds`` (meals), ``places`` and ``waitlist``, ``remote``, ``plans``, and
``funding`` for who pays.
"""
