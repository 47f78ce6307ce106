"""How many operators on which shifts: least pay such that every interval meets its targets.

- :mod:`.week`: the hours of the week in which the hotline is open, and the patterns people may
  work; :mod:`.stretches`: joined into stretches with calls enough to judge.
- :mod:`.counts`: what a simulated replication says of every quarter of an hour.
- :mod:`.judge`: whether every stretch meets its targets, with what confidence.
- :mod:`.requirement`: where the search begins, by the modified offered load and Erlang A.
- :mod:`.variants`: the county with other operators.
- :mod:`.cover`: patterns that cover a requirement at least pay, by integer programming.
- :mod:`.bench`: where seats and rosters are tried; :mod:`.seats`, :mod:`.search`: the requirement
  and the roster, corrected by what is simulated there.
- :mod:`.payroll`: from a roster to people on the payroll.
- :mod:`.outcome`, :mod:`.tables`: what was found; :mod:`.run`: the command: searches, judges on
  fresh workloads, writes.
"""
