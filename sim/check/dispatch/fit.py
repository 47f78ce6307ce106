"""What must be true of who goes: services, villages and genders that caregivers are for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.facts import Facts, Ints, Yes
from sim.check.ground.findings import Broken, rows_where
from sim.streams import Purpose, hashed_uniform


def serves(f: Facts) -> Yes | None:
    """Whether each person (row) does each service (column) as far as the group's own list goes;
    None where nobody has one."""
    return _listed(f, "services") if "people" in f.result.reference else None


def suits(f: Facts, staff: Ints, order: Ints) -> Yes:
    """Whether each person may go to the home of the order beside: by its zone and, where the
    service requires it, by the client's gender."""
    return right_zone(f, staff, order) & right_gender(f, staff, order)


def right_zone(f: Facts, staff: Ints, order: Ints) -> Yes:
    """By the home's zone alone."""
    if "people" not in f.result.reference or len(staff) == 0:
        return np.ones(len(staff), dtype=bool)
    zone = f.place("orders", "zone", "zones")[order]
    return np.asarray(f.once("zones_served", lambda f: _listed(f, "zones"))[staff, zone])


def right_gender(f: Facts, staff: Ints, order: Ints) -> Yes:
    """By the gender alone."""
    if "people" not in f.result.reference or len(staff) == 0:
        return np.ones(len(staff), dtype=bool)
    required, woman = f.once("genders", _genders)
    own = f.column("people", "woman").astype(bool)[staff]
    return np.asarray(~required[order] | (woman[order] == own))


def _listed(f: Facts, what: str) -> Yes:
    """(person, entry): whether the person's list of ``what`` holds it or is empty."""
    names = f.table(what).iloc[:, 0].astype(str).to_numpy()
    own = [set(text.split("|")) - {""} for text in f.text("people", what)]
    return np.array([[not listed or n in listed for n in names] for listed in own], dtype=bool)


def _genders(f: Facts) -> tuple[Yes, Yes]:
    """Of each order whether its service requires the client's gender, and whether that is a
    woman's."""
    services, groups = f.text("orders", "service"), f.text("orders", "group")
    required = np.array([
        f.settings.get(f"services.{name}.same_gender") == "require" for name in services
    ], dtype=bool)
    share = np.array([f.settings.get(f"groups.{name}.women_share", 0.0) for name in groups])
    clients = f.column("orders", "client").astype(np.int64)
    return required, np.asarray(hashed_uniform(Purpose.WOMAN, clients) < share)


def only_own_villages(f: Facts) -> Iterator[Broken]:
    """Whoever goes, goes to a home in one of the own zones."""
    staff, order = _who(f)
    known = (staff >= 0) & (order >= 0)
    wrong = known.copy()
    wrong[known] = ~right_zone(f, staff[known], order[known])
    yield from rows_where("visits", wrong, "order", "caregiver")


def gender_as_required(f: Facts) -> Iterator[Broken]:
    """Whoever goes where the service requires the client's gender, has it."""
    staff, order = _who(f)
    known = (staff >= 0) & (order >= 0)
    wrong = known.copy()
    wrong[known] = ~right_gender(f, staff[known], order[known])
    yield from rows_where("visits", wrong, "order", "caregiver")


def _who(f: Facts) -> tuple[Ints, Ints]:
    return f.place("visits", "caregiver", "staff"), f.row_of("visits", "order", "orders")
