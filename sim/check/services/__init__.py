"""What must be true of services beyond the ordinary visit, and of who pays.

One file for each: ``kitchens`` and ``rounds`` for meals, ``places`` and ``waitlist``, ``remote``,
``plans``, and ``funding`` for who pays; ``statements`` lists them.
"""
