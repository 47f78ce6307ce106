"""Who pays for orders, whose money runs out, and who is left waiting: part of the result page."""

from __future__ import annotations

from sim.report.wording.readings import Readings
from sim.report.wording.text import choose, number, wrap
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang


def who_pays(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """One line a fund, then those whom no money reached; nothing where there are no funds."""
    lines: list[str] = []
    for fund in scenario.funds:
        lines += wrap(_of_fund(read, fund.id, getattr(fund, f"name_{lang}"), lang), hang=2)
    eligible, waiting, unserved = (
        read.all(f"{who}_clients") for who in ("eligible", "waiting", "unserved"))
    if eligible and waiting and unserved:
        people = [number(row.mean, 0) for row in (eligible, waiting, unserved)]
        lines += wrap(choose(
            lang,
            "有资格的服务对象提出需求的{}人；因资金不够而要等的{}人；始终没得到服务的{}人。",
            "Eligible clients who asked: {}; who wait for want of money: {}; never served: {}.",
        ).format(*people))
    return lines


def _of_fund(read: Readings, fund: str, name: str, lang: Lang) -> str:
    paid, people, used, chance, day = (
        read.by(measure, "fund").get(fund) for measure in (
            "fund_paid_yuan", "funded_clients", "fund_used_share", "fund_ran_out",
            "fund_runs_out_day"))
    parts = []
    if paid and people:
        yuan, count = number(paid.mean, 0), number(people.mean, 0)
        parts.append(choose(
            lang, f"付了{yuan}元，惠及{count}人", f"{yuan} yuan paid, for {count} clients"))
    if used:
        parts.append(choose(
            lang, f"用去{used.mean:.0%}", f"{used.mean:.0%} of the money used"))
    if chance and chance.mean and day:
        parts.append(choose(
            lang, f"用完的可能{chance.mean:.0%}，平均在第{number(day.mean, 0)}天",
            f"runs out in {chance.mean:.0%} of the runs, on day {number(day.mean, 0)} on average"))
    colon, comma, stop = choose(lang, "：|；|。", ": |; |.").split("|")
    return name + colon + comma.join(parts) + stop
