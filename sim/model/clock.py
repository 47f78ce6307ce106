"""SimPy's environment with our order of simultaneous events.

SimPy breaks ties by insertion. Here the order is part of the specification: events of one
millisecond go by rank, then by the kind and number of what they are about, and only then by
insertion. SimPy's queue entries are ``(time, priority, event id, event)``; we put that order,
packed into one integer, where the priority goes.

Three things more make a county of callers cheap to simulate. A :class:`Turn` can resume a waiting
process at once, inside the event that causes it: a delay of zero takes no place in the queue.
:meth:`Clock.alarm` runs a plain function at a time, for what needs no story of its own. What is
known beforehand in order of time, the workload, is fed past the queue: :meth:`Clock.run_before`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import Event

from sim.words.kinds import NEVER, NONE, Entity, Rank

Fed = tuple[int, int, int, Any]
"""Time, place, number, and what it is about."""


def key(rank: Rank, entity: Entity, number: int) -> int:
    """The place among events of one millisecond. SimPy's own housekeeping has 0 and 1."""
    return (rank + 1) << 48 | entity << 44 | number


class Moment(Event):
    """An event that is bound to happen, and that one process or one function waits for."""

    _ok = True
    _value: Any = None
    callbacks: Any = ()

    __init__ = object.__init__  # nothing to set: whoever waits for it says so


class Turn(Event):
    """The one event that a process ever waits for: a time it named, or that it is hailed."""

    _ok = True

    def __init__(self, clock: Clock) -> None:
        self._value: Any = None
        self.callbacks: Any = ()
        self.clock = clock

    def at(self, time: int, place: int) -> Turn:
        """Comes at ``time``, in the given :func:`key` order."""
        clock = self.clock
        heappush(clock.agenda, (time, place, next(clock._eid), self))
        return self

    def hail(self, job: Any) -> None:
        """Resume the waiting process now, with ``job``, before anything else happens."""
        self._value = job
        self.callbacks[0](self)


class Life(simpy.Process):
    """A process that only ever waits for its :class:`Turn`, and is never interrupted.

    Nobody waits for its end, and what goes wrong in it is raised where it happens.
    """

    def __init__(self, clock: Clock, story: Generator[Event, Any, None], turn: Turn) -> None:
        super().__init__(clock, story)
        self._send = story.send
        turn.callbacks = (self._resume,)

    def _resume(self, event: Event) -> None:
        try:  # noqa: SIM105 - at every step of every process
            self._send(event._value)
        except StopIteration:
            pass


class Clock(simpy.Environment):
    """Integer milliseconds; see the module's text."""

    now: int = 0  # a plain attribute: it is read at every step

    def __init__(self) -> None:
        super().__init__()
        self.agenda: list[Any] = self._queue
        """entries (time, place, event id, event)"""

    def live(self, story: Generator[Event, Any, None], turn: Turn) -> None:
        """Start a process, which waits for nothing but its turn; it begins at time 0, before
        anything else."""
        Life(self, story, turn)

    def alarm(
        self, time: int, place: int, callback: Callable[[Event], None], about: Any = None
    ) -> None:
        """Call ``callback`` at ``time``; it finds ``about`` in the event's ``_value``."""
        event = Moment()
        event._value = about
        event.callbacks = (callback,)
        heappush(self.agenda, (time, place, next(self._eid), event))

    def run_before(self, end: int, feed: Iterator[Fed], take: Callable[[Fed], None]) -> None:
        """Process every event earlier than ``end``, then let the clock stand at ``end``.

        ``feed`` gives what is known beforehand, as (time, place, number, about) in ascending order;
        ``take`` is called with each when it comes.
        """
        agenda, pop = self.agenda, heappop
        the_end = Moment()
        heappush(agenda, (end, -1, NONE, the_end))
        last: Fed = (NEVER, NEVER, NONE, None)
        upcoming = next(feed, last)
        while True:
            if upcoming < agenda[0]:
                self.now = upcoming[0]
                take(upcoming)
                upcoming = next(feed, last)
            else:
                self.now, _, _, event = pop(agenda)
                if event is the_end:
                    return
                event.callbacks[0](event)
