"""Every statement that must always be true, and whether the tables of a run keep it.

The statements stand in ``statements`` of ``hotline``, ``dispatch``, ``staff`` and ``services``;
here are those about the tables as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.check import agree, totals
from sim.check.dispatch import orders
from sim.check.dispatch.statements import IDLENESS, ORDERS, VISITS
from sim.check.ground.facts import Facts, visits_only
from sim.check.ground.findings import EXAMPLES, Violation, describe
from sim.check.ground.statement import Statement
from sim.check.hotline.statements import HOTLINE
from sim.check.services.statements import CARE_PLANS, EXPERTS, MEALS, MONEY, PLACES
from sim.check.staff.statements import STAFF
from sim.log import Result

TABLES = (
    Statement("ids_unique", "every row has a number of its own", "编号不重复", agree.ids_unique),
    Statement("references_resolve", "what a row refers to exists", "所引用的编号和名称都存在",
              agree.references_resolve),
    Statement("inside_the_run", "nothing happens before the run or after it",
              "所有时间都在模拟期内", orders.inside_the_run),
    Statement("requests_repeat_services",
              "a request's mode, class and time limit are those of its service and window",
              "诉求的方式、级别和时限与服务项目、预约时段一致", agree.requests_with_services),
    Statement("calls_repeat_requests",
              "a call's channel, caller and class are those of its request",
              "通话的渠道、来电人和级别与诉求一致", agree.calls_with_requests),
    Statement("rosters_repeat_staff", "roles, points and groups are those of the staff",
              "岗位、站点和班组与人员一致", agree.staff_with_rosters),
)

TOTALS = (
    Statement("calls_wait_as_long_as_queues_are",
              "the callers' waits add up to the queue's length over time",
              "来电等待之和等于队长对时间的积分", totals.calls_wait_as_long_as_queues_are),
    Statement("orders_wait_as_long_as_lists_are",
              "the orders' waits add up to the waiting lists' length over time",
              "工单等待之和等于待办数对时间的积分", totals.orders_wait_as_long_as_lists_are,
              visits=True),
)

STATEMENTS = (
    *TABLES, *HOTLINE, *ORDERS, *CARE_PLANS, *MONEY, *VISITS, *EXPERTS, *MEALS, *STAFF, *PLACES,
    *IDLENESS, *TOTALS,
)


def verify(result: Result) -> list[Violation]:
    """What the tables of a run break of the statements above; empty if nothing.

    Of each statement the first few rows are shown; each of them carries the count of all.
    """
    facts = Facts.of(result)
    visiting = visits_only(facts)
    return [
        violation for statement in STATEMENTS
        for violation in _broken(statement, visiting if statement.visits else facts)
    ]


def _broken(statement: Statement, facts: Facts) -> Iterator[Violation]:
    found = list(statement.find(facts))
    count = sum(len(broken.rows) for broken in found)
    shown = 0
    for broken in found:
        for place in range(min(len(broken.rows), EXAMPLES - shown)):
            row, what = describe(facts, broken, place)
            yield Violation(
                statement.rule, broken.table, row, statement.en, statement.zh, what, count)
            shown += 1
