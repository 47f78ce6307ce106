"""Floor 3: tables in, measures with intervals out.

``measure(result)`` gives what one replication says, ``summarise([...])`` puts replications
together. Which measures there are, and for which groups, stands in :mod:`sim.measures.catalogue`;
each is counted in ``hotline``, ``orders``, ``services`` or ``staff_and_money``, with the tools of
``counting``.
"""

from sim.measures.catalogue import CATALOGUE, document, labels
from sim.measures.counting.definition import Measure
from sim.measures.measured import Measured, load, measure
from sim.measures.summary import summarise

__all__ = [
    "CATALOGUE", "Measure", "Measured", "document", "labels", "load", "measure", "summarise",
]
