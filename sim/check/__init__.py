"""Floor 3: is what the tables say possible, and what happened to one request.

``verify`` holds every statement that must always be true against the tables of a run; ``trace``
tells the story of one request. Both read the tables and nothing else, so they know no more than
anybody who was sent them.
"""

from sim.check.findings import Violation
from sim.check.trace import trace
from sim.check.verify import verify

__all__ = ["Violation", "trace", "verify"]
