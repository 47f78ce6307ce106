"""What a measure is, and how it is counted: groups, samples, stretches of time, intervals.

Start with ``definition``, then ``groups`` (adding up by every grouping) and ``observed`` (the
tables).
"""
