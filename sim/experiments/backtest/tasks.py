"""What a forecast is told, and the task that its members share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.calibrate.arrivals import weekday_means
from sim.calibrate.learn import Learned
from sim.calibrate.level import staff_elasticity
from sim.calibrate.log import DAY_S, CallLog, Floats
from sim.calibrate.presence import Presence
from sim.calibrate.roster import ANY_SHIFT, crew
from sim.calibrate.scenario import raw_scenario, skill_names
from sim.calibrate.skills import Skills
from sim.calibrate.weeks import learn_weeks
from sim.experiments.backtest.erlangs import Inputs
from sim.experiments.backtest.members import Recorded, Task


@dataclass(frozen=True)
class Period:
    """Dates, both included."""

    first: dt.date
    last: dt.date

    @property
    def text(self) -> str:
        return f"{self.first}..{self.last}"


@dataclass(frozen=True, eq=False)
class Known:
    """What a forecast is told of the predicted period."""

    learned: Learned
    arrivals: Recorded | None = None
    staff: tuple[Presence, Skills] | None = None
    talk: Floats | None = None
    """(days predicted,) level of talk"""


def told_by_staff(
    learned: Learned, presence: Presence, future: CallLog
) -> tuple[Floats, Floats]:
    """What staff on duty and the course of the month tell together of a day's calls, for the days
    of the fitted period and of the predicted one: (hours on duty / those of the weekday) and the
    course, each to the power of its elasticity."""
    arrivals, log = learned.arrivals, learned.log
    usual = arrivals.usual
    hours = learned.staff.presence.counts(log.days, DAY_S)[:, 0]
    ahead = presence.counts(future.days, DAY_S)[:, 0]
    calls = arrivals.counts.sum(axis=1).astype(np.float64)

    def over(values: Floats, means: Floats) -> Floats:
        good = (values > 0) & (means > 0)
        return np.where(good, values, 1.0) / np.where(good, means, 1.0)

    due, mean = (weekday_means(x, log.weekdays, usual) for x in (calls, hours))
    relative = over(hours, mean)
    power, course = staff_elasticity(
        np.log(over(calls, due))[usual], np.log(relative)[usual], np.log(arrivals.foretold)[usual]
    )
    by_weekday = np.zeros(7)
    by_weekday[log.weekdays] = mean
    phase = arrivals.phase[[date.day - 1 for date in future.dates]]
    return (relative**power * arrivals.foretold**course,
            over(ahead, by_weekday[future.weekdays]) ** power * phase**course)


def task_of(
    known: Known, before: tuple[Presence, Skills], fit: Period, predict: Period, seed: int,
    with_erlang: bool, told: tuple[Floats, Floats],
) -> Task:
    """The task of a forecast that knows so much; ``before``: staff and skills of the fitted period;
    ``told``: see :func:`told_by_staff`."""
    learned = known.learned
    days = (predict.last - predict.first).days + 1
    presence, skills = known.staff or before
    people = crew(skills, skill_names(learned))
    raw = raw_scenario(learned, "backtest", predict.first, days, people.operators, ANY_SHIFT,
                       recorded=True)
    talk = float(np.nanmean(learned.log.released - learned.log.answered))
    inputs = Inputs(
        tuple((talk * learned.talk_by_hour).tolist()), learned.not_ready.mean_s,
        learned.impatience_per_s, learned.log.acceptable_wait_s,
    )
    arrivals = learned.arrivals
    dates = [predict.first + dt.timedelta(days=n) for n in range(days)]
    phases = arrivals.phase[[date.day - 1 for date in dates]]
    usual, ahead, weeks = np.ones(learned.log.days), np.ones(days), arrivals.weeks
    if known.staff:
        calls = arrivals.counts.sum(axis=1) / told[0]
        weeks = learn_weeks(
            calls, weekday_means(calls, arrivals.weekdays, arrivals.usual), arrivals.usual)
        usual, ahead = told[0] / arrivals.phases, told[1] / phases
    return Task(
        phases=phases, weeks=weeks, staffed=usual, staffed_ahead=ahead, raw=raw,
        queue_of=np.array([s.queue for s in learned.streams]),
        queues=len(learned.log.queues),
        weekdays=(predict.first.weekday() + np.arange(days)) % 7,
        days_ahead=np.maximum(0, (predict.first - fit.last).days - 1 + np.arange(days)),
        fitted=arrivals,
        arrivals=known.arrivals, staff=presence, staff_known=known.staff is not None,
        talk_by_hour=learned.talk_by_hour, talk_by_day=learned.talk_by_day,
        talk_ahead=known.talk, crew=people, inputs=inputs, with_wrap_up=learned.staff.wrapped,
        with_erlang=with_erlang, seed=seed,
    )
