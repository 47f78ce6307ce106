"""What one more or one less of a row does, as seen from a staffing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.experiments.caregivers.bench import Bench
from sim.experiments.caregivers.judge import Aims, gain_parts
from sim.experiments.caregivers.rows import Counts
from sim.measures.counting.groups import Floats

FIRST = 4
"""Replications on which a step is seen first."""

Move = tuple[int, int]
"""(row, 1 or -1)"""


@dataclass(frozen=True, eq=False)
class Step:
    """What a move gains, by goal and floor."""

    seen_from: Counts
    replications: int
    gain: Floats


@dataclass(eq=False)
class Steps:
    """The moves that were looked at."""

    bench: Bench
    aims: Aims
    _seen: dict[Move, Step] = field(default_factory=dict)

    def gain(self, move: Move) -> Floats:
        """What a move was seen to gain last, from wherever that was."""
        return self._seen[move].gain

    def known(self, move: Move) -> bool:
        """Whether a move was ever looked at."""
        return move in self._seen

    def fresh(self, move: Move, counts: Counts) -> bool:
        """Whether a move was looked at from here."""
        return move in self._seen and self._seen[move].seen_from == counts

    def good(self, move: Move, counts: Counts) -> bool:
        """Whether a move was looked at when its own point had the people it has here: points
        have little to do with each other."""
        if move not in self._seen:
            return False
        rows = self.bench.known
        return all(
            now == then or row.point != rows[move[0]].point
            for now, then, row in zip(counts, self._seen[move].seen_from, rows, strict=True)
        )

    def moves(self, counts: Counts, signs: Sequence[int]) -> list[Move]:
        """What may be done from here."""
        return [
            (place, sign) for place, row in enumerate(self.bench.known) for sign in signs
            if row.low <= counts[place] + sign <= row.high
            and self.bench.possible(after(counts, (place, sign)))
        ]

    def look(self, counts: Counts, moves: Sequence[Move], n: int) -> None:
        """See what moves do, from here, on at least ``n`` replications."""
        lacking = [
            move for move in moves
            if not self.fresh(move, counts) or self._seen[move].replications < n
        ]
        self.bench.run([counts, *(after(counts, move) for move in lacking)], range(n))
        for move in lacking:
            self._seen[move] = Step(counts, n, self.parts(counts, move, n).mean(axis=1))

    def parts(self, counts: Counts, move: Move, n: int) -> Floats:
        """(goal or floor, replication): see :func:`~.judge.gain_parts`."""
        return gain_parts(self.bench, self.aims, counts, after(counts, move), range(n))


def after(counts: Counts, *moves: Move) -> Counts:
    """The staffing after moves."""
    out = list(counts)
    for row, sign in moves:
        out[row] += sign
    return tuple(out)
