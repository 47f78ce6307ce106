"""A caller's attempt, or a call of our own, as the model carries it; milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.words.kinds import NONE

if TYPE_CHECKING:
    from sim.model.draws import Draws


class Call:
    """One attempt, inbound or outbound; times in milliseconds."""

    __slots__ = (
        "answered", "arrived", "attempt", "draws", "kind", "line", "number", "operator",
        "patience", "priority", "request", "skill", "talk", "talk_end", "waiting", "wrap_up",
    )

    def __init__(
        self, request: int, draws: Draws, kind: int, attempt: int, priority: int, skill: int,
        patience: int, talk: int, wrap_up: int,
    ) -> None:
        self.request = request
        self.draws = draws
        self.kind = kind
        self.attempt = attempt
        self.priority = priority
        self.skill = skill
        self.patience = patience
        self.talk = talk
        self.wrap_up = wrap_up
        self.number = self.arrived = self.answered = self.talk_end = self.operator = NONE
        self.waiting = False
        self.line = False
        """holds a trunk line"""
