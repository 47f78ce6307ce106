"""What an executor is, and what it says of each item it was given."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from sim.scenario.faults import BadInput

Item = TypeVar("Item")
Value = TypeVar("Value")

DIED = "the worker process died over it more than once, perhaps for lack of memory"


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What became of one item."""

    index: int
    """position of the item"""
    value: Value | None
    """what the function returned; None if it failed"""
    reason: str = ""
    """why it failed, in one line; empty if it did not"""
    traceback: str = ""


class Executor(Protocol):
    """Anything that can apply a function to many items.

    A ``with`` block keeps what it needs between one :meth:`map` and the next.
    """

    @property
    def shares_disk(self) -> bool:
        """Whether workers read and write the files of this machine."""
        ...

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        """Outcomes in order of completion; close it to stop early. ``function`` and items must be
        picklable."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def outcome(index: int, function: Callable[[Item], Value], item: Item) -> Outcome[Value]:
    """Apply the function here and now; what it raises travels in the outcome."""
    try:
        return Outcome(index, function(item))
    except Exception as error:
        return Outcome(index, None, told(error), traceback.format_exc())


def told(error: Exception) -> str:
    """An error in one line; one that is the input's fault says so itself."""
    text = str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"
    return text.splitlines()[0]
