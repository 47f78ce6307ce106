"""A first scenario from what a bureau has before there is any log: forms, rolls, totals, prices.

``forms`` says which files are filled in and reads them, ``questions`` asks for what they leave
open, ``people`` counts residents and staff where nobody has, ``build`` makes the scenario of it.
"""
