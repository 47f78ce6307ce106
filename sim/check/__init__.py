"""Floor 3: is what the tables say possible, and what happened to one request.

``verify`` holds every statement that must always be true against the tables of a run, subject by
subject (``calls``, ``orders``, ``offers``, ``visits``, ``duties``, ``idle``, ...); ``story`` tells
what happened to one request. Both read the tables and nothing else (``facts``), so they know no
more than anybody who was sent them.
"""

from sim.check.findings import Violation
from sim.check.story.trace import trace
from sim.check.verify import verify

__all__ = ["Violation", "trace", "verify"]
