"""How much stood in an account at a moment, from what was put in and taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def standing(
    account: Ints, when: Ints, amount: Ints, asked: Ints, at: Ints, including: bool
) -> Ints:
    """What stands in each ``asked`` account at each moment ``at``.

    ``account``, ``when`` and ``amount``: one entry each, taken out if negative. ``including``:
    entries of the very moment too. Accounts and moments are whole numbers, moments not negative
    and below 2**42; all of one shape.
    """
    span = np.int64(2) ** 42
    known, place = np.unique(np.concatenate([account, asked]), return_inverse=True)
    entry, wanted = place[: len(account)], place[len(account):]
    order = np.argsort(entry * span + when, kind="stable")
    sums = np.concatenate([[0], np.cumsum(amount[order])])
    keys = (entry * span + when)[order]
    until = np.searchsorted(keys, wanted * span + at, "right" if including else "left")
    since = np.searchsorted(keys, np.arange(len(known)) * span, "left")[wanted]
    return np.asarray(sums[until] - sums[since], dtype=np.int64)
