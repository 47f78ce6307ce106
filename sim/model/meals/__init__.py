"""Kitchens and delivery rounds.

Start with ``kitchens`` (which one fills an order, on which day), then ``rounds`` (how meals leave).
"""
