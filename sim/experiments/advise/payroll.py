"""People on the payroll and the year's money, of a staffing as simulated."""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiments.staffing.payroll import Payroll, payroll
from sim.experiments.staffing.week import pattern
from sim.scenario.schema import Scenario
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.words.kinds import CaregiverKind


@dataclass(frozen=True)
class Posts:
    """Those who are employed, behind both rosters."""

    operators: Payroll
    caregivers: Payroll
    volunteers: int
    """who are paid nothing"""

    @property
    def relief_yuan(self) -> float:
        """Pay and insurance, a year, of the posts beyond the rosters: leave, training, posts empty
        for a while, those who stand in."""
        return sum(
            own.yuan_per_year - own.roster_yuan_per_year
            for own in (self.operators, self.caregivers))


def posts(county: Scenario) -> Posts:
    """What the rosters of a county mean for those who employ, by its ``[staffing]``."""
    paid = [group for group in county.caregivers if group.kind != CaregiverKind.VOLUNTEER]
    return Posts(
        _posts(county, county.operators), _posts(county, paid),
        sum(group.count for group in county.caregivers) - sum(group.count for group in paid))


def _posts(county: Scenario, groups: list[CaregiverGroup] | tuple[OperatorGroup, ...]) -> Payroll:
    return payroll(
        [pattern(county, group) for group in groups], [group.count for group in groups],
        county.staffing, county.money)
