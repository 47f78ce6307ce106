"""What is wrong with an input, in one line a planner can act on, in English and Chinese."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


class Words(str):
    """English text that carries its Chinese; plain ``str`` is the same in both languages."""

    zh: str

    def __new__(cls, en: str, zh: str = "") -> Words:
        text = super().__new__(cls, en)
        text.zh = zh or en
        return text


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what was found, what is allowed and the nearest valid spelling."""

    file: str
    """``caregivers.csv``, ``scenario.toml``, ``--set``; the base's files carry its folder's name"""
    place: str
    """a key, or a row and column as Excel counts them; empty: the whole file"""
    found: str
    """as written, text in quotes"""
    allowed: str
    nearest: str = ""

    def line(self, lang: str = "en") -> str:
        """The fault in one line; ``lang`` is ``en`` or ``zh``."""
        file, place, found, allowed = (
            " ".join(_say(part, lang).split())
            for part in (self.file, self.place, self.found, self.allowed)
        )
        where = " ".join(_cut(part, LONGEST_PLACE) for part in (file, place) if part)
        if lang == "zh":
            asked = f"；是不是“{self.nearest}”？" if self.nearest else ""
            return f"{where}：发现 {found}；应为：{allowed}{asked}"
        asked = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{where}: found {found}; allowed: {allowed}{asked}"


class BadInput(Exception):
    """The input cannot be used; ``faults`` holds everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(fault.line() for fault in self.faults)


NOTHING = Words("nothing", "空白")
LONGEST_PLACE = 200


def shown(value: Any) -> str:
    """A value as a fault shows it: text in quotes, cut where it is long."""
    if value is None:
        return NOTHING
    text = str(value) if isinstance(value, str) else _plain(value)
    return f'"{_cut(text, 80)}"' if isinstance(value, str) else _cut(text, 80)


def nearest(word: Any, choices: Iterable[str], likeness: float = 0.6) -> str:
    """The choice most like ``word``, ignoring case, width and ``-``/``_``; empty if none is."""
    spelled: dict[str, str] = {}
    for choice in choices:
        spelled.setdefault(_fold(choice), choice)
    match = difflib.get_close_matches(_fold(str(word)[:200]), list(spelled), n=1, cutoff=likeness)
    return spelled[match[0]] if match else ""


def listed(choices: Iterable[str], limit: int = 12) -> Words:
    """Choices for people: all of them, or the first few and how many more."""
    words: Sequence[str] = list(choices)
    if not words:
        return Words("none exist", "（尚无）")
    more = len(words) - limit
    en, zh = ", ".join(words[:limit]), "、".join(words[:limit])
    return Words(f"{en} and {more} more", f"{zh} 等，另有 {more} 个") if more > 0 else Words(en, zh)


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation in their ordinary width."""
    return unicodedata.normalize("NFKC", text).replace("、", ",").replace("。", ".")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _fold(text: str) -> str:
    return narrow(text).casefold().replace("-", "_").strip()


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(v) for v in value[:20]) + "]"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _say(text: str, lang: str) -> str:
    return text.zh if lang == "zh" and isinstance(text, Words) else text
