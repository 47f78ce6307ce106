"""How the price of one order is shared among payers."""

from __future__ import annotations

from collections.abc import Sequence


def share_price(price: int, rooms: Sequence[int], parts: Sequence[bool]) -> tuple[int, ...]:
    """What each payer gives, in order; what is left over nobody gives.

    ``rooms``: the most each can give; ``parts``: whether it gives less than all that is left when
    it must. All in one unit, not negative.
    """
    left = price
    shares = []
    for room, part in zip(rooms, parts, strict=True):
        give = left if room >= left else room if part else 0
        shares.append(give)
        left -= give
    return tuple(shares)
