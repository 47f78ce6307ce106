"""Floor 0: the vocabulary. Everything the rest of the program names is named here.

``kinds`` holds the tick, the event ranks and the closed lists of states and outcomes;
``tables`` the columns of every output table; ``glossary`` the field's terms and ``state_names``
the names of states, in Chinese and English.
"""
