"""The battery's table in words."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.validate.case import Verdict
from sim.report.wording.text import choose, pad
from sim.words.glossary import Lang


def page(verdicts: Sequence[Verdict], lang: Lang) -> str:
    """A line a quantity, under its case; then how many truths the program agrees with."""
    lines = [choose(
        lang, "理论值与模拟值（括号内为 99 % 区间；± 为事先定下的容许差；z 为偏离几个标准误）",
        "Truth and simulation (in brackets the 99 % interval; ±: the margin stated beforehand; z: "
        "standard errors away)",
    )]
    last = ""
    for v in verdicts:
        if v.case != last:
            lines.append(f"{v.case}: {v.theory}")
            last = v.case
        failed = "" if v.passed else choose(lang, "  不符", "  OUTSIDE")
        lines.append(
            f"  {pad(v.quantity, 44)}{v.truth:>10.5g}{v.estimate:>11.5g}"
            f"{f'({v.low:.5g}, {v.high:.5g})':>24}  ±{v.margin:<9.3g} z {v.z:5.2f}{failed}"
        )
    passed, cases = sum(v.passed for v in verdicts), len({v.case for v in verdicts})
    lines.append(choose(
        lang, f"{cases} 种情形，{len(verdicts)} 个理论值，符合 {passed} 个。",
        f"{cases} cases, {len(verdicts)} truths, {passed} agree.",
    ))
    return "\n".join(lines) + "\n"
