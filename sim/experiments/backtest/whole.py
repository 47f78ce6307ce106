"""The backtest of a call log: two forecasts, what happened, and whose error it was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.calibrate.cells import MEASURES, Cells, cells, seen_in_log
from sim.calibrate.learn import Learned, impatience, learn, learn_patience, pooled, voices_of
from sim.calibrate.log import CallLog, Floats
from sim.calibrate.presence import learn_staff
from sim.calibrate.redials import learn_redials
from sim.calibrate.settle import Settled, settled
from sim.calibrate.skills import learn_skills
from sim.calibrate.talking import by_day
from sim.experiments.backtest.erlangs import erlang_cells
from sim.experiments.backtest.members import Member, Recorded, Task, member
from sim.experiments.backtest.tasks import Known, Period, task_of, told_by_staff
from sim.experiments.outcome import Executor
from sim.scenario.faults import BadInput, Fault, Words, shown

TABLES = ("blind", "given_sign_ins")
"""Staff as on like days of the fitted period; staff as seen in the predicted period itself."""
VARIANTS = (
    "blind", "given_sign_ins", "true_arrivals", "true_talk", "true_patience",
    "true_arrivals_staff", "true_arrivals_staff_talk", "true_all",
)
"""The forecasts; then blind with the truth put in for one part alone (arrivals; the mean talk of
each day; patience as learned from the predicted period), then for one after the other, last of all
each call's own talk and the patience."""
WITH_ERLANG = VARIANTS[:-1]
"""Recorded talk times are no input that a formula takes."""
FEWEST_DAYS = 7


@dataclass(frozen=True, eq=False)
class Forecast:
    """Every member's cells, (members, groups + 1, days, 24) of each measure."""

    values: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Backtest:
    """What was predicted and what happened."""

    name: str
    fit: Period
    predict: Period
    settled: Settled
    groups: tuple[str, ...]
    """queues, and ``all`` last"""
    observed: Cells
    forecasts: dict[str, Forecast]
    """variant -> simulated"""
    erlang_c: dict[str, Forecast]
    """variant, where a formula can have its inputs -> Erlang C on the same inputs"""
    erlang_a: dict[str, Forecast]
    formula: dict[str, Forecast]
    """variant -> Erlang A as one figure an hour, from the mean of all members' inputs"""
    members: int
    seed: int


def periods(fit: str, predict: str, fewest: int = FEWEST_DAYS) -> tuple[Period, Period]:
    """``2014-01-01..2014-02-28`` and the like, of at least ``fewest`` days. Raises
    :class:`BadInput` with both faults."""
    faults: list[Fault] = []
    found = []
    for option, text in (("--fit", fit), ("--predict", predict)):
        match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", text.strip())
        period = None
        if match:
            try:
                first, last = (dt.date.fromisoformat(match[n]) for n in (1, 2))
                period = Period(first, last) if first <= last else None
            except ValueError:
                period = None
        if period is None:
            allowed = Words("FROM..TO, such as 2014-01-01..2014-02-28",
                            "起..止，如 2014-01-01..2014-02-28")
            faults.append(Fault(option, "", shown(text), allowed))
        else:
            found.append(period)
            if (period.last - period.first).days + 1 < fewest:
                allowed = Words(f"at least {fewest} days", f"至少 {fewest} 天")
                faults.append(Fault(option, "", shown(text), allowed))
    if faults:
        raise BadInput(faults)
    return found[0], found[1]


def backtest(
    log: CallLog, fit: Period, predict: Period, where: Executor, members: int = 20, seed: int = 1,
    told: Callable[[str, int, int], None] = lambda stage, done, all_: None,
) -> Backtest:
    """Calibrate on ``fit``, predict ``predict``; ``log`` holds both. ``told``: progress.

    Raises :class:`BadInput` where one of the periods has no calls.
    """
    _require(log, fit, predict)
    fitted = pooled(log.between(fit.first, fit.last))
    future = _like(log.between(predict.first, predict.last), fitted, log)
    told("learn", 0, 1)
    found = settled(learn(fitted))
    learned = found.learned
    skills = learn_skills(future)
    staff = learn_staff(future, skills)
    days = future.days
    told("learn", 1, 1)
    queues = len(fitted.queues)
    with_wrap_up = learned.staff.wrapped
    observed = cells(
        seen_in_log(future, with_wrap_up), staff.presence.counts(days, 3600.0), queues, days,
        log.acceptable_wait_s,
    )
    true, true_talk = (_recorded(learned, future, with_talk) for with_talk in (False, True))
    before, now = (learned.staff.presence, learned.skills), (staff.presence, skills)
    spoken = by_day(future, voices_of(future), [t.mean_s for t in learned.talk],
                    learned.talk_by_hour)
    patient = replace(
        learned, impatience_per_s=impatience(future),
        patience=learn_patience(future, voices_of(future), len(learned.voices)),
    )
    unknown = Known(learned)
    plans = {
        "blind": unknown,
        "given_sign_ins": Known(learned, staff=now),
        "true_arrivals": Known(learned, true),
        "true_talk": Known(learned, talk=spoken),
        "true_patience": Known(patient),
        "true_arrivals_staff": Known(learned, true, now),
        "true_arrivals_staff_talk": Known(learned, true, now, spoken),
        "true_all": Known(patient, true_talk, now, spoken),
    }
    forecasts, erlang_c, erlang_a, formula = {}, {}, {}, {}
    by_staff = told_by_staff(learned, staff.presence, future)
    for variant in VARIANTS:
        task = task_of(plans[variant], before, fit, predict, seed, variant in WITH_ERLANG, by_staff)
        count = members if variant in TABLES else max(5, members // 2)
        done = _run(where, task, count, partial(told, variant))
        forecasts[variant] = _stacked([m.simulated for m in done])
        if variant in WITH_ERLANG:
            erlang_c[variant] = _stacked([m.erlang_c for m in done if m.erlang_c])
            erlang_a[variant] = _stacked([m.erlang_a for m in done if m.erlang_a])
            rates, on_duty, talk = (
                np.mean([x[n] for x in ((m.rates, m.on_duty, m.talk_by_day) for m in done)], axis=0)
                for n in range(3)
            )
            formula[variant] = _stacked(
                [erlang_cells(rates, on_duty, talk, task.inputs, queues, True)])
    return Backtest(
        log.name, fit, predict, found, (*fitted.queues, "all"), observed, forecasts, erlang_c,
        erlang_a, formula, members, seed,
    )


def _require(log: CallLog, fit: Period, predict: Period) -> None:
    end = log.first + dt.timedelta(days=log.days - 1)
    faults = []
    for option, period in (("--fit", fit), ("--predict", predict)):
        if period.first < log.first or period.last > end or not len(
            log.between(period.first, period.last)
        ):
            allowed = Words(f"dates within the log, {log.first} to {end}",
                            f"记录之内的日期，{log.first} 至 {end}")
            faults.append(Fault(option, "", shown(period.text), allowed))
    if fit.first <= predict.last and predict.first <= fit.last:
        allowed = Words("a period that does not overlap --fit", "与 --fit 不重叠的时段")
        faults.append(Fault("--predict", "", shown(predict.text), allowed))
    if faults:
        raise BadInput(faults)


def _like(log: CallLog, fitted: CallLog, whole: CallLog) -> CallLog:
    """The log with the queues of the fitted one; a queue it did not know goes to the small ones,
    or to the largest."""
    rest = fitted.queues.index("other") if "other" in fitted.queues else int(
        np.bincount(fitted.queue).argmax()
    )
    place = np.array([
        fitted.queues.index(name) if name in fitted.queues else rest for name in whole.queues
    ])
    return replace(log, queue=place[log.queue], queues=fitted.queues)


def _recorded(learned: Learned, future: CallLog, with_talk: bool) -> Recorded:
    """Fresh calls of the predicted period, as the fitted streams know them."""
    known = {(s.queue, s.voice, s.first_class): n for n, s in enumerate(learned.streams)}
    voice = voices_of(future)
    usual: dict[int, int] = {}
    for n, source in enumerate(learned.streams):
        usual.setdefault(source.queue, n)
    keys = zip(future.queue.tolist(), voice.tolist(), future.first_class.tolist(), strict=True)
    stream = np.array([known.get(key, usual.get(key[0], 0)) for key in keys], dtype=np.int64)
    redials = learn_redials(future) if learned.redials else None
    fresh = ~redials.again if redials else np.ones(len(future), dtype=bool)
    talk = future.released - future.answered
    return Recorded(future.arrived[fresh], stream[fresh], talk[fresh] if with_talk else None)


def _run(
    where: Executor, task: Task, members: int, told: Callable[[int, int], None]
) -> list[Member]:
    """Every member, in order. Raises ``RuntimeError`` with the reason of one that failed."""
    found: dict[int, Member] = {}
    for outcome in where.map(partial(member, task), range(members)):
        if outcome.value is None:
            raise RuntimeError(outcome.reason)
        found[outcome.index] = outcome.value
        told(len(found), members)
    return [found[n] for n in range(members)]


def _stacked(members: Sequence[Cells]) -> Forecast:
    return Forecast({
        name: np.array([m.values[name] for m in members], dtype=np.float64) for name in MEASURES
    })
