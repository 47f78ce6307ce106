"""Cases of laws that tie several numbers together: Little, Burke, Jackson, Kleinrock, Poisson."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.experiments.validate.case import RARE, WAIT, Case, Quantity, about
from sim.experiments.validate.ground import DAY, exponential, hotline, visits
from sim.experiments.validate.hours import RATES, SHIFTS
from sim.experiments.validate.read import Floats, Pair, Read, Run, kpi, moments
from sim.experiments.validate.visits import order_classes
from sim.theory.chains import birth_death
from sim.theory.erlang import erlang_b, erlang_c_wait
from sim.words.kinds import DAY as DAY_MS
from sim.words.kinds import HOUR

HIGH = 400
"""Where the chain of an unlimited queue is cut: far beyond what is ever seen."""


def mmc(servers: int, arrival: float, service: float) -> Floats:
    """Stationary probabilities of the number in M/M/c."""
    down = [min(n, servers) * service for n in range(1, HIGH + 1)]
    return birth_death([arrival] * HIGH, down)


def little() -> Case:
    """Customers' side (waits added up) and the system's side (who is there, looked at every
    half-minute) against Erlang C and each other."""
    servers, arrival = 3, 2.1
    wait = erlang_c_wait(servers, arrival, 1.0)

    def both_sides(run: Run) -> Pair:
        seen = run.there(run.every(0.5)).mean()
        waited, days = run.hours["queue"]
        talking = _talking(run).mean()
        return float(seen), float(waited.sum() / 24 / days[0] + talking)

    return Case(
        "little", "Little's law: queue and number present, from both sides",
        hotline(servers, arrival, exponential(1), 12),
        [
            about("mean queue, waits added up", arrival * wait,
                  lambda run: (float(run.hours["queue"][0].sum()), 24.0 * run.days), RARE),
            about("mean number present, looked at", arrival * (wait + 1),
                  moments(0.5, lambda run, times: run.there(times)), WAIT),
            about("the two sides", 1.0, both_sides, 0.01),
        ],
    )


def _talking(run: Run) -> Floats:
    """How many callers talk, every half-minute."""
    _, _, until = run.queued
    arrived, _, _ = run.queued
    times = run.every(0.5)
    waiting = (np.searchsorted(np.sort(arrived), times, side="right")
               - np.searchsorted(np.sort(until), times, side="right"))
    return run.there(times) - waiting


def burke() -> Case:
    """What leaves a queue of Erlang C is Poisson, and tells nothing of who is still there."""
    servers, arrival = 3, 2.1
    number = float(np.arange(HIGH + 1) @ mmc(servers, arrival, 1.0))

    def gaps(run: Run) -> Floats:
        ended = np.sort(run.ms(run.calls, "talk_end"))
        return np.asarray(np.diff(ended[run.counted(ended)]) / 60_000)

    def over_gaps(value: Callable[[Floats], Floats]) -> Read:
        def read(run: Run) -> Pair:
            found = value(gaps(run))
            return float(found.sum()), float(len(found))

        return read

    def left_before(run: Run, times: Floats) -> Floats:
        ended = np.sort(run.ms(run.calls, "talk_end"))
        ended = ended[~np.isnan(ended)]
        left = np.searchsorted(ended, times) - np.searchsorted(ended, times - 60_000)
        return np.asarray(left * run.there(times))

    return Case(
        "burke", "Burke: the departures of M/M/3 are a Poisson process",
        hotline(servers, arrival, exponential(1), 12),
        [
            about("mean gap, min", 1 / arrival, over_gaps(lambda g: g), 0.02),
            about("mean squared gap", 2 / arrival**2, over_gaps(lambda g: g * g)),
            about("gap times the next", 1 / arrival**2, over_gaps(lambda g: g[1:] * g[:-1])),
            about("left in the last minute times still there", arrival * number,
                  moments(1, left_before), RARE),
        ],
    )


def jackson() -> Case:
    """Phone, then visit: the two queues are independent at a moment, product by product."""
    operators, caregivers, arrival, talk, visit = 2, 3, 1.2, 1.0, 1.6
    first, second = mmc(operators, arrival, 1 / talk), mmc(caregivers, arrival, 1 / visit)

    def state(calls: int, orders: int) -> Read:
        return moments(2, lambda run, times: (
            (run.there(times) == calls) & (run.open_orders(times) == orders)))

    return Case(
        "jackson", "Jackson: hotline and point in a product form",
        visits(caregivers, arrival, 9, **{
            "requests.calls.channel": "phone", "callers.client.talk": exponential(talk),
            "hotline.lines": 100_000, "operators.desk.count": operators,
            "services.help.duration_dist": "exponential",
            "services.help.duration_mean_min": visit,
        }),
        [
            about(f"P({i} on the phone, {j} at the point)", float(first[i] * second[j]),
                  state(i, j), RARE)
            for i, j in ((0, 0), (1, 1), (2, 1), (1, 3), (3, 2))
        ],
    )


def separate(pooled: bool) -> Case:
    """Two kinds of calls: an operator each, or both for all."""
    arrival = 0.6
    groups = {"a": {"count": 1, "shifts": "round", "skills": "a"},
              "b": {"count": 1, "shifts": "round", "skills": "b"}}
    together = {"desk": {"count": 2, "shifts": "round", "skills": "a | b"}}
    wait = erlang_c_wait(2, 2 * arrival, 1) if pooled else erlang_c_wait(1, arrival, 1)
    base = hotline(0, arrival, exponential(1), 24)
    stream = {"channel": "phone", "service": "ask", "group": "elder", "share_client": 1,
              "per_day": arrival * DAY}
    del base["operators.desk.count"], base["requests.calls.per_day"]
    del base["requests.calls.service"]
    return Case(
        "pooled" if pooled else "separate",
        "pooling: " + ("M/M/2 for two kinds of calls" if pooled else "two queues M/M/1"),
        {
            **base, "operators": together if pooled else groups,
            "requests": {kind: {**stream, "skill": kind} for kind in "ab"},
        },
        [
            about("mean wait, s", 60 * wait, kpi("asa_s"), WAIT),
            about("occupancy", arrival, kpi("occupancy"), 0.02),
        ],
    )


def kept(rule: str) -> Case:
    """Kleinrock's conservation law: whatever goes first, the waits weighted by load add up."""
    classes = order_classes()
    rates, means = np.array([0.1, 0.15, 0.075]), np.array([1.5, 2.0, 2.0])
    seconds = np.array([means[0] ** 2, 2 * means[1] ** 2, means[2] ** 2])
    load = float(rates @ means)
    truth = load / (1 - load) * float(rates @ seconds) / 2

    def weighted(run: Run) -> Pair:
        waits = [kpi("response_queue_min", f"class={k}")(run)[0] for k in range(3)]
        return float(np.dot(waits, means)), float(run.days * DAY)

    return Case(
        f"kept-{rule.replace('_', '-')}", f"Kleinrock's conservation law under {rule}",
        {**classes.changes, "dispatch.choose_order": rule},
        [about("waits weighted by load, min", truth, weighted, RARE)],
    )


def insensitive() -> Case:
    """Without waiting places the law of the talk does not matter, only its mean."""
    servers, load, talk = 5, 4.0, 3.0
    lognormal = {"dist": "lognormal", "mean_min": talk, "cv": 1.5}
    return Case(
        "mgcc", "M/G/5/5: blocking depends on the mean talk alone",
        hotline(servers, load / talk, lognormal, 8, **{"hotline.lines": servers}),
        [
            about("blocked", erlang_b(servers, load), kpi("blocking")),
            about("occupancy", load * (1 - erlang_b(servers, load)) / servers, kpi("occupancy"),
                  0.02),
        ],
    )


def busy_days() -> Case:
    """A gamma factor a day makes the calls of a day vary more than Poisson's."""
    a_day, cv = 60.0, 0.4

    def spread(run: Run) -> Pair:
        arrived, _, _ = run.queued
        days = ((arrived[run.counted(arrived)] - run.since) // (1440 * 60_000)).astype(np.int64)
        counts = np.bincount(days, minlength=run.days)
        return float(((counts - a_day) ** 2).sum()), float(run.days)

    return Case(
        "busy-days", "calls a day: Poisson mixed by a gamma factor (negative binomial)",
        hotline(2, a_day / DAY, exponential(1), 300, **{
            "demand.busy_day_cv": {"all": cv}, "requests.calls.busy_group": "all",
        }),
        [
            about("mean calls a day", a_day, kpi("offered_per_day"), 0.03),
            about("variance of calls a day", a_day + (cv * a_day) ** 2, spread, 0.15),
        ],
    )


def poisson_present() -> Case:
    """Where callers give up as fast as they are served, staff does not matter to how many there
    are: M(t)/M/s(t)+M with equal rates is M(t)/M/inf, Poisson at every moment."""
    length = 12.0
    mean = _present(RATES, length)
    hours = (8, 10, 12, 16, 19)

    def at(hour: int, value: Callable[[Floats], Floats]) -> Read:
        def read(run: Run) -> Pair:
            times = run.since + np.arange(run.days, dtype=np.float64) * DAY_MS + hour * HOUR
            return float(value(run.there(times)).sum()), float(run.days)

        return read

    def square(about: float) -> Callable[[Floats], Floats]:
        return lambda number: (number - about) ** 2

    return Case(
        "poisson", "patience as service: Poisson with the mean of M(t)/M/inf, whatever the staff",
        hotline(0, sum(RATES) / DAY, exponential(length), 60, **{
            "callers.client.patience": exponential(length),
            "demand.shapes.swing": {"hours": RATES}, "requests.calls.shape": "swing",
            "caregivers.team.shifts": "day",
            "shifts": {name: {"start": s, "end": e} for name, (s, e, _) in SHIFTS.items()},
            "operators": {name: {"count": n, "shifts": name} for name, (*_, n) in SHIFTS.items()},
            "operators.desk": None,
        }),
        [
            *(about(f"mean number present at {h} h", mean[h], at(h, lambda n: n), 0.06)
              for h in hours),
            *(Quantity(f"variance of it at {h} h", mean[h], 0.2 * mean[h],
                       at(h, square(mean[h]))) for h in hours),
        ],
    )


def _present(rates: list[int], length_min: float) -> list[float]:
    """Mean number in M(t)/M/inf at each full hour, with hourly ``rates`` that repeat each day:
    within an hour it moves to rate x length as ``exp(-t / length)``; Eick, Massey and Whitt
    (1993)."""
    decay = float(np.exp(-60 / length_min))
    number, found = 0.0, [0.0] * 24
    for hour in [*range(24)] * 10:
        found[hour] = number
        number = rates[hour] * length_min / 60 * (1 - decay) + number * decay
    return found
