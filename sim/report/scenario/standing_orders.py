"""Care plans and funds of a scenario, before it is run: part of ``hotline show``."""

from __future__ import annotations

from sim.report.wording.text import choose, number
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang
from sim.words.kinds import ServiceMode


def plans_and_funds(scenario: Scenario, lang: Lang) -> list[str]:
    """One sentence each, where there are any."""
    groups = {
        group: sum(zone.pop.get(group, 0) for zone in scenario.zones) for group in scenario.groups}
    comma = choose(lang, "，", ", ")
    modes = {service.id: service.mode for service in scenario.services}
    called = {ServiceMode.VISIT: "visits", ServiceMode.REMOTE: "sessions",
              ServiceMode.DELIVERY: "deliveries"}
    lines = []
    if scenario.plans:
        each = comma.join(
            choose(lang, "{}每天{}次", "{} {} {} a day").format(
                plan.id, number(plan.per_day(groups[plan.group])), called[modes[plan.service]])
            for plan in scenario.plans)
        lines.append(choose(lang, f"照护计划：{each}。", f"Care plans: {each}."))
    if scenario.funds:
        each = comma.join(
            getattr(fund, f"name_{lang}") + (
                "" if fund.yuan_per_year is None else
                choose(lang, "每年{}元", " {} yuan a year").format(number(fund.yuan_per_year, 0)))
            for fund in scenario.funds)
        lines.append(choose(
            lang, f"付款方，依次为：{each}，本人。", f"Who pays, in order: {each}, the client."))
    return lines
