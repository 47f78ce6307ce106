"""How many caregivers at which point: least pay that reaches the goals, by simulation search.

- :mod:`.goals`: what has to be reached, and who is not to lose by it.
- :mod:`.rows`: whom one may hire, between bounds, and the county with them.
- :mod:`.bench`: staffings simulated on common workloads; :mod:`.judge`: what they lack.
- :mod:`.steps`: what one more or one less does; :mod:`.model`: what follows from that nearby.
- :mod:`.search`: add, then save; :mod:`.marginal`: what one more is worth.
- :mod:`.course`: what can be reached, the search, and looks at fresh workloads.
- :mod:`.outcome`, :mod:`.tables`: what is told; :mod:`.run`: the command.
"""
