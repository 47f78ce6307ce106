"""Every measure there is, in the order in which they are printed, and the page that lists them."""

from __future__ import annotations

from sim.measures import shocks
from sim.measures.counting.definition import GROUPINGS, Measure
from sim.measures.hotline import calls, hold, tiers
from sim.measures.orders import backlog, grabs, reach, requests, same_person
from sim.measures.services import meals, places, plans, remote
from sim.measures.staff_and_money import funds, money, organisations, staff
from sim.words.glossary import Lang

CHAPTERS: tuple[tuple[str, str, tuple[Measure, ...]], ...] = (
    ("热线", "Hotline", (*calls.MEASURES, *tiers.MEASURES, *hold.MEASURES)),
    ("工单与服务", "Orders and care",
     (*requests.MEASURES, *grabs.MEASURES, *backlog.MEASURES, *plans.MEASURES, *remote.MEASURES)),
    ("床位与托位", "Places", places.MEASURES),
    ("人员", "Staff", (*staff.MEASURES, *same_person.MEASURES)),
    ("覆盖与公平", "Reach and fairness", reach.MEASURES),
    ("费用", "Money", (*money.MEASURES, *funds.MEASURES, *organisations.MEASURES)),
    ("冲击", "Shocks", shocks.MEASURES),
    ("送餐", "Meals", meals.MEASURES),
)

CATALOGUE: dict[str, Measure] = {
    measure.name: measure for *_, measures in CHAPTERS for measure in measures
}
"""Name -> measure, in print order."""

PLACE: dict[str, int] = {name: place for place, name in enumerate(CATALOGUE)}


def labels(lang: Lang) -> dict[str, str]:
    """Name of each measure as a person reads it."""
    return {name: m.zh if lang == "zh" else m.en for name, m in CATALOGUE.items()}


_INTRODUCTION = """\
# Measures

Made from the catalogue in `sim/measures`; change it there.

`kpis.csv` has one row per measure and group: `measure, group, unit, n, mean, sd, ci_low, ci_high,
target, p_meet`. `n` is the number of replications with data, `sd` the standard deviation between
them, `ci_low` and `ci_high` the 95 % interval, `p_meet` the share of replications that meet the
target. A measure without events has no row. A call counts by its arrival, an order by its request,
if that lies in the counted days; they are followed to the end of observation (the end of the
cool-down), and what is unfinished then is missed.

How the replications are put together (column *kind*):

- **ratio**: sum of numerators / sum of denominators. Interval: delta method; with fewer than 30
  replications, jackknife.
- **value**: mean over replications, with a t interval.
- **quantile**: smallest value that at least this share of all replications' values does not exceed.
  Interval: the share of values below the quantile is a ratio with an interval of its own, and the
  quantiles as far above and below as it reaches are the ends (Woodruff's method, which holds where
  the values of a replication are much alike, as on a day with a backlog). Where that reaches beyond
  the whole sample, by sectioning: the spread of the quantiles of groups of replications around it,
  at least ten groups (or as many as there are replications) and more while each expects five values
  beyond the quantile. A quantile among the unserved is `inf`, and so may an end of its interval be.
- **across**: a function of the pooled ratios of all zones or services. Interval: jackknife.

Every interval uses Student's t over replications and is cut off at 0 and, for a share, at 1. One
replication gives no interval. `p_meet` has its own interval (Clopper-Pearson), kept with the method
of each row beside `kpis.csv`. Where the target is a band, `target` shows its upper end.

In a province the measures of a replication are those of its counties put together: numerators and
denominators of ratios are added, values are added where they are amounts, samples are pooled.
Zones, points, funds, weeks and shocks are each county's own and left out, and so is what cannot be
made of the counties': greatest backlogs, ages at midnight, spreads between caregivers, shares of
days.

In the formulas N is every inbound attempt, A the answered ones, L the abandoned, B the blocked, C
those that met a closed hotline, O those passed to the tier above, W those still waiting when the
run ended. Times such as `started` are columns of `orders`; `targets` and prices are the scenario's.

*Better*: whether high or low is good; *(x)* marks a measure for experts, left out of the card.
"""


def document() -> str:
    """The page ``docs/measures.md``: the matrix of measures and groups, and every formula."""
    lines = [_INTRODUCTION]
    for zh, en, measures in CHAPTERS:
        lines += [f"## {en} {zh}", "", _row("measure", *GROUPINGS), _rule(1 + len(GROUPINGS))]
        lines += [
            _row(f"`{m.name}`", *("●" if by in m.groups else "" for by in GROUPINGS))
            for m in measures
        ]
        head = ("measure", "中文", "English", "unit", "kind", "better", "target", "formula")
        lines += ["", _row(*head), _rule(len(head))]
        lines += [_described(measure) for measure in measures]
        lines.append("")
    return "\n".join(lines)


def _described(m: Measure) -> str:
    name = f"`{m.name}`" + (" (x)" if m.expert else "")
    target = f"`{m.target}_low`, `{m.target}_high`" if m.better == "band" else f"`{m.target}`"
    return _row(
        name, m.zh, m.en, m.unit, m.kind.value, m.better, target if m.target else "", m.formula
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(columns: int) -> str:
    return "|" + " --- |" * columns
