"""What a long command says of itself on stderr while it goes on.

``bar`` counts replications, ``searching`` follows a search, ``advising`` the steps of an advice.
"""
