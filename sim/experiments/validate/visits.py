"""Cases of orders and caregivers: tandem, Pollaczek and Khinchine, classes, two points."""

from __future__ import annotations

from sim.experiments.validate.case import BUSY, RARE, WAIT, Case, about
from sim.experiments.validate.ground import DAY, NAMES, exponential, visits
from sim.experiments.validate.read import kpi, orders_longer, orders_not_at
from sim.theory.erlang import erlang_c_longer, erlang_c_wait
from sim.theory.general import cobham, pollaczek_khinchine, second_moment
from sim.theory.pair import two_points


def tandem() -> Case:
    operators, caregivers, arrival, talk, visit = 3, 2, 2.0, 1.0, 0.6
    served = erlang_c_wait(operators, arrival, 1 / talk)
    reached = erlang_c_wait(caregivers, arrival, 1 / visit)
    rate = 1 / visit
    return Case(
        "tandem", "phone, then visit: M/M/3 feeds M/M/2, two Erlang C queues by Burke's theorem",
        visits(caregivers, arrival, 6, **{
            "requests.calls.channel": "phone",
            "callers.client.talk": exponential(talk),
            "hotline.lines": 100_000,
            "operators.desk.count": operators,
            "services.help.duration_dist": "exponential",
            "services.help.duration_mean_min": visit,
        }),
        [
            about("mean wait on the phone, s", 60 * served, kpi("asa_s"), RARE),
            about("mean wait for a visit, min", reached, kpi("response_queue_min"), RARE),
            about("mean response, min", served + talk + reached, kpi("response_min")),
            *(
                about(f"P(wait for a visit > {time:g} min)",
                      erlang_c_longer(caregivers, arrival, rate, time),
                      orders_longer(60 * time), RARE if time > 0 else 0.05)
                for time in (0, 0.25, 0.75)
            ),
            about("occupancy", arrival * talk / operators, kpi("occupancy"), BUSY),
            about("caregivers' utilisation", arrival * visit / caregivers,
                  kpi("caregiver_utilisation"), BUSY),
        ],
    )


def constant_visits() -> Case:
    load, length = 0.6, 2.0
    wait = pollaczek_khinchine(load / length, length, length**2)
    return Case(
        "md1-caregiver", "M/D/1: one caregiver, visits of one length, no travel",
        visits(1, load / length, 24, **{
            "services.help.duration_dist": "constant",
            "services.help.duration_value_min": length,
        }),
        [
            about("mean wait, min", wait, kpi("response_queue_min"), WAIT),
            about("share that waits", load, orders_longer(0)),
            about("utilisation", load, kpi("caregiver_utilisation"), BUSY),
        ],
    )


def travelled_visits() -> Case:
    load, travel, visit, cv = 0.5, 0.5, 1.5, 1.0
    mean = travel + visit
    second = second_moment(visit, cv) + 2 * travel * visit + travel**2
    wait = pollaczek_khinchine(load / mean, mean, second)
    hop = {"town": {"town": travel, "station": travel}, "station": {"town": travel, "station": 0}}
    return Case(
        "mg1-caregiver", "M/G/1: one caregiver, constant travel and lognormal visits",
        visits(1, load / mean, 32, **{
            "services.help.duration_dist": "lognormal",
            "services.help.duration_mean_min": visit,
            "services.help.duration_cv": cv,
            "travel.minutes": hop,
        }),
        [
            about("mean wait, min", wait, kpi("response_queue_min"), WAIT),
            about("mean response, min", wait + travel, kpi("response_min"), WAIT),
            about("utilisation", load, kpi("caregiver_utilisation"), BUSY),
            about("travel share", load * travel / mean, kpi("caregiver_travel_share"), BUSY),
        ],
    )


def order_classes() -> Case:
    rates, means = (0.1, 0.15, 0.075), (1.5, 2.0, 2.0)
    truth = cobham(rates, means, [means[0] ** 2, 2 * means[1] ** 2, means[2] ** 2])
    kinds = ("constant", "exponential", "constant")
    return Case(
        "cobham-orders", "M/G/1, three classes of orders and one caregiver: Cobham",
        visits(1, 0, 38, **{
            "services": {
                f"s{k}": {
                    **NAMES, "mode": "visit", "target_min": 60, "priority": k,
                    "duration_dist": kinds[k],
                    ("duration_mean_min" if kinds[k] == "exponential" else "duration_value_min"):
                        means[k],
                }
                for k in range(3)
            },
            "requests": {
                f"r{k}": {
                    "channel": "plan", "service": f"s{k}", "group": "elder",
                    "per_day": rates[k] * DAY,
                }
                for k in range(3)
            },
            "services.help": None,
            "requests.calls": None,
        }),
        [
            *(
                about(f"mean wait of class {k}, min", truth[k],
                      kpi("response_queue_min", f"class={k}"), RARE)
                for k in range(3)
            ),
            about("utilisation", sum(r * m for r, m in zip(rates, means, strict=True)),
                  kpi("caregiver_utilisation"), BUSY),
        ],
    )


def dispatch() -> Case:
    arrivals, caregivers, visit, accept = (1.2, 0.5), (2, 1), 1.0, 0.9
    truth = two_points(arrivals, caregivers, 1 / visit, accept)
    zones = ("west", "east")
    place = {"west": {"lat": 37.45, "lon": 116.2}, "east": {"lat": 37.45, "lon": 116.3}}
    return Case(
        "two-points", "nearest_free over two points, one of which refuses a tenth: a Markov chain",
        visits(0, 0, 5, **{
            "zones": {
                z: {**NAMES, **place[z], "area_km2": 1e-6, "population": 9000, "pop_elder": 2000}
                for z in zones
            },
            "points": {
                f"{z}-point": {
                    **NAMES, **place[z], "zone": z, "open": "always", "services": "all",
                    "accept_prob": accept if z == "west" else 1.0,
                }
                for z in zones
            },
            "caregivers": {
                z: {"point": f"{z}-point", "count": n, "shifts": "round", "mode": "ebike"}
                for z, n in zip(zones, caregivers, strict=True)
            },
            "requests": {
                z: {"channel": "plan", "service": "help", "group": "elder", "zones": z,
                    "per_day": rate * DAY}
                for z, rate in zip(zones, arrivals, strict=True)
            },
            "services.help.duration_dist": "exponential",
            "services.help.duration_mean_min": visit,
            "dispatch.choose_point": "nearest_free",
            "zones.town": None, "requests.calls": None, "caregivers.team": None,
        }),
        [
            *(
                quantity
                for k, z in enumerate(zones)
                for quantity in (
                    about(f"mean wait, {z}, min", truth.wait[k],
                          kpi("response_queue_min", f"zone={z}"), RARE),
                    about(f"share that waits, {z}", truth.waits[k], orders_longer(0, z)),
                    about(f"share sent away, {z}", truth.away[k], orders_not_at(f"{z}-point", z)),
                    about(f"utilisation, {z}", truth.utilisation[k],
                          kpi("caregiver_utilisation", f"point={z}-point"), BUSY),
                )
            ),
            about("offers an order", truth.offers, kpi("offers_mean"), 0.005),
        ],
    )
