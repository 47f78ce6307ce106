"""Floor 3: is what the tables say possible, and what happened to one request.

``verify`` holds every statement that must always be true against the tables of a run, subject by
subject: ``hotline``, ``dispatch``, ``staff``, ``services``; ``story`` tells what happened to one
request. Both read the tables and nothing else (``ground.facts``), so they know no more than anybody
who was sent them.
"""

from sim.check.ground.findings import Violation
from sim.check.story.trace import trace
from sim.check.verify import verify

__all__ = ["Violation", "trace", "verify"]
