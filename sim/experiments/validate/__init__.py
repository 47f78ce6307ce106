"""The battery: queueing theory against the program, through scenario folders.

``ground`` is the smallest county that the cases change, ``read`` says what is read from a run,
``case`` what a case is and how an estimate is judged; ``calls``, ``hours``, ``visits``, ``laws``,
``helping`` and ``redialling`` hold the cases, ``battery`` the list of them and how it is run.
"""
