"""Floor 1: named random streams. The same name gives the same numbers, whatever else is drawn.

Two kinds: *generators*, one per seed, replication, purpose and name, read in order; and *hashed
uniforms*, a number that belongs to its keys and needs nothing drawn before it.
"""

from __future__ import annotations

import zlib
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MASK = 2**64 - 1


class Purpose(IntEnum):
    """What a generator is for. The numbers are part of every seed: never change or reuse one."""

    BUSY_DAY = 1
    REQUESTS_PER_HOUR = 2
    MOMENT = 3
    ZONE = 4
    CLIENT = 5
    CALLER = 6
    FALSE_ALARM = 7
    VERIFY_TALK = 8
    PATIENCE = 9
    REDIAL_COIN = 10
    REDIAL_DELAY = 11
    TALK = 12
    WRAP_UP = 13
    REVIEW = 14
    HANDED_DOWN_COIN = 15
    HANDED_DOWN_DELAY = 16
    LEAD = 17
    ORDER_PATIENCE = 18
    OFFER_DELAY = 19
    OFFER_COIN = 20
    NOISE_OUT = 21
    NOISE_BACK = 22
    DURATION = 23
    NO_SHOW_COIN = 24
    CALL_BACK_COIN = 25
    CALL_BACK_TALK = 26
    CALL_BACK_WRAP_UP = 27
    CHASE_COIN = 28
    CHASE_PATIENCE = 29
    CHASE_TALK = 30
    CHASE_WRAP_UP = 31
    HOME = 32
    REACTION = 40
    HAND_COIN = 50
    CARRY_DELAY = 51
    ASSESSMENT = 60
    GRADE = 61
    RESIDENTS = 62
    TIER_TRANSFER = 70
    SETTLE_COIN = 71
    HAND_DOWN_DELAY = 72
    HOLD_COIN = 73
    HOLD_ANSWER_COIN = 74
    HOLD_RING = 75
    REMOTE_COIN = 76
    SELF_PAY = 80
    ENROLLED = 81
    PLAN_PHASE = 82
    SHOCK_NUMBER = 90
    SHOCK_MOMENT = 91
    SHOCK_COIN = 92
    OPENING_COIN = 93
    WOMAN = 94
    POST_FILLED = 95
    TENURE = 96
    VACANCY = 97
    TRAINING = 98


def key(name: str) -> int:
    """The number of a name: CRC-32 of its UTF-8 bytes."""
    return zlib.crc32(name.encode())


def generator(
    seed: int, replication: int, purpose: Purpose, stream_id: str, *child: int
) -> np.random.Generator:
    """The generator of one purpose of one stream in one replication.

    ``child`` tells apart what belongs to one purpose: the k-th attempt, one kind of caller.
    Raises ``ValueError`` if ``seed`` or ``replication`` is negative.
    """
    spawn_key = (replication, int(purpose), key(stream_id), *child)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


def hashed_uniform(*keys: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Uniforms in [0, 1), one for every (broadcast) tuple of integer keys.

    A chain of SplitMix64 steps over the keys; the top 53 bits of the last state are the number.
    Equal keys give equal numbers; keys that differ anywhere give unrelated ones.
    """
    state: NDArray[np.uint64] | np.uint64 = np.uint64(len(keys))
    # Wrapping round 2**64 is what the hash is made of; numpy warns of it for single numbers.
    with np.errstate(over="ignore"):
        for part in keys:
            word = np.uint64(part & _MASK) if isinstance(part, int) else part.astype(np.uint64)
            state = _mix((state ^ word) + _GOLDEN)
        return np.asarray(state >> np.uint64(11), dtype=np.float64) * 2.0**-53


def _mix(z: NDArray[np.uint64] | np.uint64) -> NDArray[np.uint64] | np.uint64:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
