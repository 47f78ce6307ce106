"""Where each number of a first scenario comes from: a form, an answer, or a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.calibrate.bureau import questions
from sim.calibrate.bureau.questions import Answer

Raw = dict[str, Any]


class Birthplaces:
    """The rows of ``sources.csv`` as they come together, and the questions they rest on."""

    def __init__(self, sources: Raw, answers: Mapping[str, Answer]) -> None:
        self.rows = dict(sources)
        self.answers = answers
        self.used: set[str] = set()

    def answer(self, name: str) -> float:
        """The number answered; from now on the scenario rests on it."""
        self.used.add(name)
        return self.answers[name].number

    def say(
        self, path: str, standing: str, source: str, low: float | None = None,
        high: float | None = None,
    ) -> None:
        """The source of the figures that ``path`` matches."""
        row: Raw = {"standing": standing, "source": source}
        if low is not None and high is not None:
            row |= {"low": float(f"{low:.4g}"), "high": float(f"{high:.4g}")}
        self.rows.pop(path, None)
        self.rows[path] = row

    def answers_to(
        self, path: str, name: str, low: float | None = None, high: float | None = None
    ) -> None:
        """The source of a number that answers a question, or rests on one."""
        self.used.add(name)
        answer = self.answers[name]
        q = answer.question
        if answer.given:
            said = answer.source or questions.NAME
            self.say(path, "given", f"{said}：{q.zh} / {q.en}")
        else:
            ends = (answer.low, answer.high) if low is None else (low, high)
            self.say(path, "assumed", f"假设：{q.zh}；{q.basis_zh} / {q.basis_en}", *ends)


WORDS = {
    "roads": "假设：路况与县城相同 / assumed: roads as in the county town",
    "laid_out": "假设：没有经纬度，均匀摆在其他村居周围 / assumed: no coordinates given; spread "
                "evenly around the others",
    "spread": "假设：全县人口减去已知的，平分 / assumed: the county's residents less those known, "
              "in equal parts",
    "shares": "假设：按 questions.csv 的比例推算，各类人不重叠 / assumed: by the shares in "
              "questions.csv; the groups do not overlap",
    "point": "假设：在村居中间，每天 8—17 时 / assumed: in the middle of its village, daily 8-17 h",
    "accept": "假设：偶尔退单 / assumed: an offer is turned down now and then",
    "presses": "假设：每台每年真呼 0.3 次（0.1—0.5）、误按 2 次（1—3） / assumed: 0.3 genuine "
               "(0.1-0.5) and 2 false presses (1-3) a device-year",
    "lines": "假设：比全部坐席多四条 / assumed: four more than all operators",
    "counted": "假设：由工作量估出，不是现有人数 / assumed: counted from the work to be done",
    "absence": "假设：日缺勤 3—10 %（国外） / assumed: 3 to 10 % a day abroad",
    "grade": "假设：1 初级、2 有证、3 资深 / assumed: 1 beginner, 2 certified, 3 senior",
}
