"""The data dictionary, made from the schema and the output tables themselves.

``python -m sim.report.dictionary [FILE]`` writes it, by default to ``docs/data-dictionary.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path

from sim.report.wording.fields import default, kind_and_limits, model_in, unit
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import Distribution, Frozen
from sim.scenario.sections.weights import Weights
from sim.words import kinds
from sim.words.glossary import TERMS
from sim.words.state_names import label
from sim.words.tables import REFERENCE, REFERENCE_WHERE_USED, TABLES, WHERE_USED, Column

FILE = Path("docs/data-dictionary.md")

_INTRODUCTION = """\
# Data dictionary (数据字典)

Made from the program by `python -m sim.report.dictionary`; change the docstrings there, not this
page.

A scenario is a folder: `scenario.toml` and the CSV tables beside it, UTF-8 (with or without BOM)
or GBK, separated by commas. A key carries its unit: `_s` seconds, `_min` minutes, `_h` hours,
`_days`, `_km`, `_kmh`, `_yuan`. A list in one cell is written `a | b`. An empty cell means the
default.

`extends = "decheng"` starts from another scenario: this folder's keys and table rows (by `id`)
replace those of the base, then the dotted keys of the section `[set]`, then `--set` on the command
line. A table is addressed as `table.id.column`: `caregivers.xinhu-day.count`.
"""

_DISTRIBUTION = """\
### A distribution (分布)

In `scenario.toml`: `wrap_up = {dist = "lognormal", mean_s = 60, cv = 0.8}`. In a CSV the field's
name goes before the key: columns `duration_dist`, `duration_mean_min`, `duration_cv`. Lengths of
time carry their unit: `_ms`, `_s`, `_min`, `_h` or `_days`. Without `dist`, a `value` is constant
and a `mean` alone is exponential; `never` has no parameters and is for patience only.
"""

_HOURS = """\
### Opening hours (开放时间)

`always`, `08:00-18:00` (daily) or `Mon-Fri 08:00-18:00 | Sat 09:00-12:00`; an end not after its
start is on the next day.
"""

_OUTPUT = """\
## Output tables (结果表)

Parquet files of a result folder, one row for each thing that happened, as a hotline platform would
export them. Times are local wall clock, `datetime64[ms]`; empty where it never happened.

Stored as: `id` whole number naming a row, -1 where nothing; `count` whole number; `number` float;
`yes` boolean; `time` timestamp; `code` one of a closed list (see Codes); `name` an id of the
scenario; `text` text. The measures have their own page, `measures.md`.
"""

_MORE = """\
## Output tables of some scenarios (部分方案才有的输出表)

Only there where the scenario uses what they are about.
"""

_REFERENCE = """\
## Reference tables (参照表)

What a run does not make, but reading its tables needs.
"""


_MORE_REFERENCE = """\
## Reference tables of some scenarios (部分方案才有的参照表)

Only there where the scenario uses what they are about.
"""


def dictionary() -> str:
    """The whole page, as Markdown."""
    return "\n".join([
        _INTRODUCTION,
        "## The scenario's files (方案文件)\n",
        *_scenario(),
        _DISTRIBUTION,
        *_fields(Distribution, prefix=""),
        _HOURS,
        _OUTPUT,
        *_tables(TABLES),
        _MORE,
        *_tables(WHERE_USED),
        _REFERENCE,
        *_tables(REFERENCE, "reference-"),
        _MORE_REFERENCE,
        *_tables(REFERENCE_WHERE_USED, "reference-"),
        "## Codes (代码)\n",
        *_codes(),
        "## Words (术语)\n",
        *_words(),
    ])


def _scenario() -> Iterator[str]:
    yield from _head("scenario.toml")
    yield "Top-level keys, then one section each.\n"
    yield from _fields(Scenario, prefix="")
    rows: list[tuple[str, type[Frozen]]] = []
    for name, field in Scenario.model_fields.items():
        held = model_in(field.annotation)
        if held and held[0] == "rows":
            rows.append((name, held[1]))
        elif held:
            yield from _section(name, *held)
    for name, model in rows:
        yield from _head(f"{name}.csv")
        yield f"{_doc(model).replace(f' File `{name}.csv`.', '')}\n"
        yield from _fields(model, prefix="_")


def _section(path: str, holder: str, model: type[Frozen]) -> Iterator[str]:
    path = f"{path}.<id>" if holder == "dict" else path
    yield f"#### `[{path}]`\n"
    if doc := _doc(model):
        yield f"{doc}\n"
    yield from _fields(model, prefix=".")
    for name, field in model.model_fields.items():
        if held := model_in(field.annotation):
            yield from _section(f"{path}.{name}", *held)


def _fields(model: type[Frozen], prefix: str) -> Iterator[str]:
    """One table row a key; ``prefix`` joins a field to its parts (``_`` in a CSV)."""
    lines = []
    for name, field in model.model_fields.items():
        if model_in(field.annotation) or name in _READ_FROM_FILES:
            continue
        kind, limits = kind_and_limits(field.annotation, field.metadata)
        folded = prefix == "_" and (kind == "distribution" or kind.endswith(" by name"))
        meaning = (field.description or _COMMON.get(name, "")).replace("``", "`").replace("\n", " ")
        measured = unit(name) if kind.removeprefix("whole ").startswith("number") else ""
        if issubclass(model, Weights):
            measured = "per minute" if name.endswith("_min") else "each"
        lines.append((f"`{name}_...`" if folded else f"`{name}`", kind, measured, limits,
                      default(field), meaning.replace(" | ", " \\| ")))
    yield from _table(("key", "takes", "unit", "limits", "default", "meaning"), lines)


_COMMON = {
    "id": "short name used everywhere else; no two rows the same",
    "name_zh": "Chinese name, for people",
    "name_en": "English name, for people",
}
_READ_FROM_FILES = {"minutes"}
"""Fields nobody writes: filled from another file while loading."""


def _tables(tables: Mapping[str, tuple[Column, ...]], prefix: str = "") -> Iterator[str]:
    for name, columns in tables.items():
        yield from _head(f"{prefix}{name}.parquet")
        yield from _table(
            ("column", "中文", "stored as", "meaning"),
            [(f"`{c.name}`", c.zh, f"{c.kind} of {c.of}" if c.of else c.kind,
              c.meaning.replace("|", "\\|")) for c in columns],
        )


def _codes() -> Iterator[str]:
    for kind in vars(kinds).values():
        if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == kinds.__name__:
            if kind in (kinds.Rank, kinds.Entity):
                continue
            yield from _head(kind.__name__)
            yield from _table(
                ("code", "中文", "English"),
                [(f"`{_code(m)}`", label(m, "zh"), label(m, "en")) for m in kind],
            )


def _code(member: Enum) -> str:
    return str(member.value) if isinstance(member, str) else member.name.lower()


def _words() -> Iterator[str]:
    yield from _table(
        ("中文", "English", "意思", "meaning"),
        [(t.zh, t.en, t.meaning_zh, t.meaning_en) for t in TERMS.values()],
    )


def _head(name: str) -> Iterator[str]:
    yield f"### `{name}`\n"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _doc(model: type[Frozen]) -> str:
    return " ".join((model.__doc__ or "").replace("``", "`").split())


def main(arguments: list[str]) -> None:
    """Write the page to the file named, or to its place in the repository."""
    file = Path(arguments[0]) if arguments else FILE
    file.write_text(dictionary(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
