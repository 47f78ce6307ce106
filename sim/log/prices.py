"""What orders are charged at, from the reference tables of a run; amounts in whole fen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.words.kinds import FEN, ServiceMode

Ints = NDArray[np.int64]
Tables = Mapping[str, pd.DataFrame]


def done_at(reference: Tables, orders: pd.DataFrame) -> Ints:
    """Of each order what its point charges; the price listed where it has none."""
    known = _by_point(reference)
    listed = _listed(reference)
    pairs = zip(orders["service"].astype(str), _words(orders["point"]), strict=True)
    found = [known.get((point, service), listed.get(service, 0)) for service, point in pairs]
    return np.array(found, dtype=np.int64)


def at_most(reference: Tables, orders: pd.DataFrame) -> Ints:
    """Of each order what the dearest point that may do it at such a home charges."""
    known, listed = _by_point(reference), _listed(reference)
    modes = dict(zip(reference["services"]["service"].astype(str), reference["services"]["mode"],
                     strict=True))
    zones = {
        str(row.organisation): set(filter(None, row.zones.split("|")))
        for row in reference["organisations"].itertuples()
    } if "organisations" in reference else {}
    points = [
        (str(row.point), set(row.services.split("|")), zones.get(str(row.organisation), set()))
        for row in reference["points"].itertuples()
    ]

    def dearest(service: str, zone: str) -> int:
        own = listed.get(service, 0)
        if modes.get(service) in (ServiceMode.REMOTE, ServiceMode.ADVICE):
            return own
        asked = [
            known.get((point, service), own) for point, offered, within in points
            if service in offered and (not within or zone in within)
        ]
        return max(asked, default=own)

    pairs = pd.MultiIndex.from_arrays(
        [orders["service"].astype(str), orders["zone"].astype(str)])
    code, names = pairs.factorize()
    each = np.array([dearest(*pair) for pair in names], dtype=np.int64)
    return np.asarray(each[code], dtype=np.int64)


def _listed(reference: Tables) -> dict[str, int]:
    services = reference["services"]
    return dict(zip(services["service"].astype(str), map(_fen, services["price_yuan"]),
                    strict=True))


def _by_point(reference: Tables) -> dict[tuple[str, str], int]:
    if "prices" not in reference:
        return {}
    rows = reference["prices"].itertuples()
    return {(str(row.point), str(row.service)): _fen(row.price_yuan) for row in rows}


def _fen(yuan: Any) -> int:
    return round(float(yuan) * FEN)


def _words(column: pd.Series) -> list[str]:
    return ["" if pd.isna(word) else str(word) for word in column]
