"""Judge a raw scenario whole: every section and row by its class, then the parts together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, partial
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.faults import NOTHING, Fault, Words, nearest, shown
from sim.scenario.findings import HEADER, Finding, Spots, folder_of, locate_all
from sim.scenario.judging.crosscheck import crosscheck
from sim.scenario.judging.messages import find, meant, words
from sim.scenario.judging.parts import Parts, Policies
from sim.scenario.judging.tidy import tidy
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import UNIT_MS
from sim.scenario.shape import Path, Shape, root, shape_at, tables

OPTIONAL = (
    "organisations", "kitchens", "calendar", "answers", "plans", "experts", "funds", "places",
    "admissions", "sources",
)
"""Tables that need not be there."""
SWAPPED = Words(
    "latitude from 3 to 54 and longitude from 73 to 136", "纬度 3 到 54、经度 73 到 136"
)
TEN_YEARS_MS = 3650 * UNIT_MS["days"]


def validate(
    raw: dict[str, Any], spots: Spots, broken: Collection[Path], policies: Policies | None
) -> tuple[Scenario | None, list[Fault]]:
    """The scenario, or None and everything that is wrong with it besides what is ``broken``."""
    clean, findings = tidy(raw, spots)
    bad = {finding.path for finding in findings}
    more: list[Finding] = []
    sections: dict[str, Any] = {}
    rows: dict[str, dict[str, Any]] = {}
    for name, shape in root().keys.items():
        if shape.kind == "table":
            rows[name] = _rows(name, clean, raw, more)
        else:
            _section(name, clean, raw, sections, more)
    judged = {table: set(rows[table]) for table in rows}
    doubted = frozenset({*bad, *broken, *(finding.path for finding in more)})
    where = partial(folder_of, spots=spots) if spots else None
    names = _names(raw, clean, broken)
    more += crosscheck(Parts(raw, clean, sections, rows, names, doubted, where), policies)
    faults = locate_all(findings, spots, broken) + locate_all(more, spots, {*bad, *broken})
    if faults or broken or any(judged[t] != set(raw.get(t, {})) for t in judged):
        return None, faults
    return Scenario(**sections, **{table: tuple(rows[table].values()) for table in rows}), []


def _section(
    name: str,
    clean: Mapping[str, Any],
    raw: Mapping[str, Any],
    out: dict[str, Any],
    findings: list[Finding],
) -> None:
    field = Scenario.model_fields[name]
    if name not in clean:
        if field.is_required():
            findings.append(Finding((name,), NOTHING, _missing_words(root().keys[name])))
        else:
            out[name] = field.get_default(call_default_factory=True)
        return
    try:
        out[name] = _adapter(name).validate_python(clean[name])
    except ValidationError as error:
        findings += _findings(error, (name,), raw.get(name, clean[name]))


def _rows(
    table: str, clean: Mapping[str, Any], raw: Mapping[str, Any], findings: list[Finding]
) -> dict[str, Any]:
    if table not in raw:
        if table not in OPTIONAL:
            row = root().keys[table].each
            columns = row.allowed if row else Words("")
            findings.append(
                Finding(
                    (table,),
                    Words("no such file", "没有这个文件"),
                    Words(f"a table with columns {columns}", f"一张表，列为 {columns.zh}"),
                )
            )
        return {}
    if not isinstance(raw[table], dict):
        return {}
    if table == "zones" and not raw[table]:
        findings.append(
            Finding((table,), Words("no rows", "没有行"), Words("one row or more", "至少一行"))
        )
    out: dict[str, Any] = {}
    written = {
        column
        for source in (raw[table], clean[table])
        for row in source.values()
        if isinstance(row, dict)
        for column in row
    }
    for row_id, row in clean[table].items():
        try:
            out[row_id] = _adapter(table).validate_python({**row, "id": row_id})
        except ValidationError as error:
            found = _findings(error, (table, row_id), raw[table][row_id])
            findings += [_at_header(f, written) for f in _swapped(found, row)]
    return out


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    hint = get_type_hints(Scenario, include_extras=True)[name]
    return TypeAdapter(get_args(hint)[0] if name in tables() else hint)


def _names(
    raw: Mapping[str, Any], clean: Mapping[str, Any], broken: Collection[Path]
) -> dict[str, frozenset[str] | None]:
    """The ids that may be referred to, faulty rows included; None where they cannot be known."""
    names: dict[str, frozenset[str] | None] = {}
    for table in tables():
        lost = {path[1] for path in broken if path[0] == table and len(path) > 1} - {HEADER}
        rows = raw.get(table, {} if table in OPTIONAL else None)
        known = isinstance(rows, dict) and (bool(rows) or table != "zones")
        names[table] = frozenset({*rows, *lost}) if known and (table,) not in broken else None
    for name, path in _KEYED.items():
        there = [node for node in (_node(raw, path), _node(clean, path)) if node is not None]
        known = bool(there) and (path[0],) not in broken
        names[name] = frozenset(key for node in there for key in node) if known else None
    return names


def _node(raw: Mapping[str, Any], path: Path) -> Mapping[str, Any] | None:
    """The entries under a path; none where only the last key is missing, None where more is."""
    node: Any = raw.get(path[0])
    for key in path[1:]:
        node = node.get(key, {}) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else None


_KEYED: dict[str, Path] = {
    "groups": ("groups",),
    "callers": ("callers",),
    "modes": ("travel", "modes"),
    "shapes": ("demand", "shapes"),
    "busy_groups": ("demand", "busy_day_cv"),
}


def _findings(error: ValidationError, path: Path, raw: Any) -> list[Finding]:
    """Everything a schema class says; of a list, its wrong items rather than their number."""
    details = error.errors()
    items = {detail["loc"][:-1] for detail in details}
    return [
        _finding(d, path, raw) for d in details if not (d["loc"] in items and "too" in d["type"])
    ]


def _finding(detail: ErrorDetails, path: Path, raw: Any) -> Finding:
    """One error of a schema class as a finding at the key or column that a person wrote."""
    if detail["type"] == "value_error":
        return _spoken(str(detail["ctx"]["error"]), path, detail["loc"], raw)
    where, value = _where(path, detail["loc"], raw)
    shape = shape_at(where)
    if detail["type"] == "missing":
        return Finding(where, NOTHING, _missing_words(shape))
    allowed = shape.allowed if shape else Words("a key that exists", "已有的键")
    found = shown(value)
    if isinstance(value, list | tuple):
        found = Words(f"{len(value)} items", f"{len(value)} 项")
    return Finding(where, found, allowed, _near(value, shape))


def _spoken(message: str, path: Path, loc: tuple[int | str, ...], raw: Any) -> Finding:
    """A message of our own about a value, or about several columns of a row."""
    entry = find(message)
    if entry and entry.columns and isinstance(raw, dict):
        there = {
            k: v
            for k, v in raw.items()
            if any(k == c or k.startswith(f"{c}_") for c in entry.columns)
        }
        found = ", ".join(f"{k} = {shown(v)}" for k, v in there.items()) or NOTHING
        return Finding(path, found, words(message))
    where, value = _where(path, loc, raw)
    culprit = _culprit(message, value)
    if culprit:
        where, value = _join(where, culprit), value[culprit]
    return Finding(where, shown(value), words(message), meant(value, message))


def _culprit(message: str, value: Any) -> str:
    """Which key of a distribution a message about one of its lengths means."""
    lengths: dict[str, Any] = value if isinstance(value, dict) else {}
    for key, number in lengths.items():
        numbers = number if isinstance(number, list | tuple) else [number]
        numbers = [n for n in numbers if isinstance(n, int | float)]
        scale = UNIT_MS.get(key.rpartition("_")[2], 0)
        if "negative" in message and any(n < 0 for n in numbers):
            return key
        if "ten years" in message and any(n * scale > TEN_YEARS_MS for n in numbers):
            return key
        if message.startswith(f"{key} "):
            return key
    return ""


def _where(path: Path, loc: tuple[int | str, ...], raw: Any) -> tuple[Path, Any]:
    """The path as written and the value there, for a location inside a validated piece."""
    value = raw
    for part in loc:
        if isinstance(part, int):
            if isinstance(value, list | tuple):
                path, value = (*path, f"[{part + 1}]"), value[part]
            elif isinstance(value, str):
                parts = [p.strip() for p in value.split("|") if p.strip()]
                value = parts[part] if part < len(parts) else value
        elif (
            isinstance(value, dict) and part not in value and len(path) == 2 and path[0] in tables()
        ):
            flat = {k[len(part) + 1 :]: v for k, v in value.items() if k.startswith(f"{part}_")}
            path, value = (*path, part), flat or None
        else:
            path = _join(path, part)
            value = value.get(part) if isinstance(value, dict) else None
    return path, value


def _join(path: Path, key: str) -> Path:
    """One key deeper; inside a row the keys of a folded column are one column name."""
    if len(path) == 3 and path[0] in tables():
        return (*path[:2], f"{path[2]}_{key}")
    return (*path, key)


def _near(value: Any, shape: Shape | None) -> str:
    if not isinstance(value, str) or shape is None:
        return ""
    return nearest(value, shape.choices)


def _missing_words(shape: Shape | None) -> Words:
    if shape is None:
        return Words("a value", "一个值")
    if shape.kind == "section":
        return Words(f"a section with keys {shape.allowed}", f"一节，键为 {shape.allowed.zh}")
    return shape.allowed


def _at_header(finding: Finding, written: set[str]) -> Finding:
    """A column that no row has is missing once, from the header."""
    path = finding.path
    if finding.found == NOTHING and len(path) == 3 and path[2] not in written:
        return Finding((path[0], HEADER, path[2]), finding.found, finding.allowed)
    return finding


def _swapped(findings: list[Finding], row: Mapping[str, Any]) -> list[Finding]:
    """Latitude and longitude in each other's column are one fault, not two."""
    pair = [f for f in findings if len(f.path) == 3 and f.path[2] in ("lat", "lon")]
    lat, lon = row.get("lat"), row.get("lon")
    if len(pair) != 2 or lat is None or lon is None or not (3 <= lon <= 54 and 73 <= lat <= 136):
        return findings
    one = Finding(
        (*pair[0].path[:2], "lat"),
        f"lat = {lat}, lon = {lon}",
        SWAPPED,
        f"lat = {lon}, lon = {lat}",
    )
    return [one, *(f for f in findings if f not in pair)]
