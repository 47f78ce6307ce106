"""What must be true of rosters and time sheets: who is there, in one state at every moment.

Start with ``duties``; ``sheets`` holds the time sheet against calls and visits.
"""
