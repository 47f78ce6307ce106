"""The story of one request, in Chinese or English: its calls, its order, who did what meanwhile.

``trace`` puts it together from ``calls``, ``order`` and ``staff``; ``voice`` is how it is told.
"""
