"""Pages of the commands that run a scenario many times over, one file for each command.

``advice`` puts the others together: whom to hire, what it costs and how sure that is.
"""
