"""Floor 2: everything random, drawn beforehand.

``draw`` makes a workload from a scenario (``arrivals`` when, ``clients`` who and where,
``request_columns`` everything else, ``sampling`` how long), ``tables`` says what is in one,
``store`` keeps it on disk; ``roster`` makes the shifts of the staff, which are no part of it.
"""
