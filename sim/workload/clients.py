"""Who asks: which person, living where.

People differ in how often they call. Within a zone and group of N people, person i (from 0) has
the call rate

    r(i) = integral of Q(u) du,  u from i/N to (i+1)/N,

Q being the quantile function of the gamma distribution with mean 1 and the group's coefficient of
variation: fixed rates, gamma-distributed over the people, rising with i. A request belongs to
person i with probability r(i) / sum of r = r(i). Substituting u = F(y) shows that this is the
probability that i/N <= F(Y) < (i+1)/N, where Y has the density y f(y) (mean 1), the *size-biased*
gamma. With shape a, y f(y) is in proportion to y**a exp(-a y): the gamma of shape a + 1 and
the same scale. So a request's person is floor(N F(Y)), and nobody's rate is ever stored.

The sum of r over a zone is exactly N, hence zones are chosen by their share of the group's people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from sim.geography import centre, project
from sim.scenario.schema import Scenario
from sim.scenario.sections.requests import Stream
from sim.streams import Purpose, hashed_uniform
from sim.workload.arrivals import people
from sim.workload.sampling import Dice
from sim.workload.tables import Floats, Ints


def client_offsets(scenario: Scenario) -> Ints:
    """(zones, groups + 1): first client number of each zone and group, then the zone's end.

    People are numbered zone by zone, and group by group within the zone.
    """
    sizes = np.array(
        [[zone.pop.get(group, 0) for group in scenario.groups] for zone in scenario.zones],
        dtype=np.int64,
    ).reshape(len(scenario.zones), len(scenario.groups))
    ends = np.cumsum(sizes).reshape(sizes.shape)
    return np.column_stack([ends - sizes, ends[:, -1]])


def draw_zones(scenario: Scenario, stream: Stream, dice: Dice) -> Ints:
    """Zone of each request of a stream, by its share of the people who ask."""
    if dice.n == 0:
        return np.empty(0, dtype=np.int64)
    ends = np.cumsum(people(scenario, stream))
    person = dice.rng(Purpose.ZONE).integers(0, ends[-1], dice.n)
    return np.searchsorted(ends, person, side="right")


def draw_clients(scenario: Scenario, stream: Stream, dice: Dice, zone: Ints) -> Ints:
    """Client number of each request of a stream, who lives in the given zone."""
    group = list(scenario.groups).index(stream.group)
    asking = people(scenario, stream)
    if dice.n == 0:
        return np.empty(0, dtype=np.int64)
    fraction = _rank_fraction(scenario.groups[stream.group].call_rate_cv, dice)
    rank = np.minimum((fraction * asking[zone]).astype(np.int64), asking[zone] - 1)
    return np.asarray(client_offsets(scenario)[zone, group] + rank)


def homes(scenario: Scenario, client: Ints) -> tuple[Floats, Floats]:
    """Homes of client numbers, km east and north of the county's centre.

    Evenly spread over the square of the zone's area around its centroid; a function of the
    number alone, so that whoever calls again still lives there.
    """
    lat0, lon0 = centre([z.lat for z in scenario.zones], [z.lon for z in scenario.zones])
    middle = np.array([project(z.lat, z.lon, lat0, lon0) for z in scenario.zones])
    side = np.sqrt([z.area_km2 for z in scenario.zones])
    zone = np.searchsorted(client_offsets(scenario)[:, -1], client, side="right")
    x, y = (
        middle[zone, axis] + side[zone] * (hashed_uniform(Purpose.HOME, client, axis) - 0.5)
        for axis in (0, 1)
    )
    return x, y


def women(scenario: Scenario, group: Ints, client: Ints) -> NDArray[np.bool_]:
    """Whether each client, of a group, is a woman; a function of the number alone."""
    share = np.array([g.women_share for g in scenario.groups.values()])
    return np.asarray(hashed_uniform(Purpose.WOMAN, client) < share[group])


def _rank_fraction(cv: float, dice: Dice) -> Floats:
    """F(Y), or a plain uniform where everybody calls equally often."""
    if cv == 0:
        return dice.coins(Purpose.CLIENT)
    shape = 1 / (cv * cv)
    return np.asarray(gammainc(shape, dice.rng(Purpose.CLIENT).standard_gamma(shape + 1, dice.n)))
