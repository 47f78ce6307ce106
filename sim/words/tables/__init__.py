"""Every column of every output table: the data dictionary that docs and readers are made from.

``every_run`` holds the tables that every run has, ``where_used`` lists those of mechanisms that
only some scenarios use, ``reference`` what reading a run needs. A column's ``kind`` says how it is
stored:

========== =====================================================================
``id``      whole number naming a row, here or in another table; -1 where nothing
``count``   whole number
``number``  float
``yes``     boolean
``time``    ``datetime64[ms]``, local wall clock; NaT where it never happened
``code``    categorical over the members of an enum of :mod:`sim.words.kinds` (``of``)
``name``    categorical over ids of the scenario's table or section ``of``
``text``    text, in reference tables only
========== =====================================================================
"""

from sim.words.tables.column import Column
from sim.words.tables.every_run import TABLES
from sim.words.tables.reference import REFERENCE
from sim.words.tables.where_used import EVERY, REFERENCE_WHERE_USED, WHERE_USED

__all__ = ["EVERY", "REFERENCE", "REFERENCE_WHERE_USED", "TABLES", "WHERE_USED", "Column"]
