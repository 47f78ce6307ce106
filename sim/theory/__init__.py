"""What queueing theory says: by formula, or by solving a small Markov chain.

Nothing here looks at the model's events or draws. Unless a docstring says otherwise, rates are per
any unit of time and times are in that unit; ``servers`` are operators or caregivers; ``arrival``
is the rate of calls, ``service`` the rate at which one busy server finishes, ``impatience`` the
rate at which one who waits gives up: each 1 / mean. A load is arrival / service, in erlangs.

- :mod:`sim.theory.chains`: birth and death, stationary chains.
- :mod:`sim.theory.erlang`: Erlang B, Erlang C, M/M/c/K, servers needed.
- :mod:`sim.theory.patience`: Erlang A. :mod:`sim.theory.redial`: Erlang A with redials.
- :mod:`sim.theory.limits`: many servers, square-root staffing.
- :mod:`sim.theory.general`: M/G/1, M/D/c, priorities. :mod:`sim.theory.phases`: M/PH/c, M/G/c.
- :mod:`sim.theory.varying`: hours that differ: M_t/M/s_t+M.
  :mod:`sim.theory.offered`: M_t/G/inf and the modified offered load.
- :mod:`sim.theory.hypercube`: units that help each other. :mod:`sim.theory.pair`: two points.
- :mod:`sim.theory.travel`: mean distances in a district.
- :mod:`sim.theory.day`: what theory expects of a scenario's hotline, hour by hour, from its
  :mod:`sim.theory.demand` and :mod:`sim.theory.presence` of staff; :mod:`sim.theory.points`: of its
  service points; :mod:`sim.theory.assumptions`: what does not hold there.
"""
