"""What all pages share: names, numbers, units and columns in words, Chinese or English.

Start with ``text`` (lines and columns of a given width) and ``readings`` (measures, read by name).
"""
