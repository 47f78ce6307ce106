"""What the documents say is so: links, files, commands, examples, the page that README shows."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.rules import registry
from sim.words.glossary import LANGS
from sim.words.kinds import OrderState, Rank, codes

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for folder in (".", "docs", "docs/model", "scenarios", "results")
    for path in (ROOT / folder).glob("*.md")
)
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = ("scenarios/my-county", "scenarios/crowded")
"""Folders that a document has its reader make."""


def blocks(name: str, *languages: str) -> list[str]:
    return [body for language, body in BLOCK.findall(TEXTS[name]) if language in languages]


def prose(name: str) -> str:
    return BLOCK.sub("", TEXTS[name])


def anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Page and arguments of every ``hotline`` line in a block of shell commands."""
    for name in TEXTS:
        for block in blocks(name, "sh", "powershell"):
            for line in block.replace(".venv\\Scripts\\", "").splitlines():
                if line.startswith("hotline "):
                    yield name, shlex.split(line, comments=True)[1:]


def write_examples(place: Path) -> None:
    """The files that documents show under a comment with their name."""
    for name in TEXTS:
        for block in blocks(name, "toml", "python"):
            if found := re.match(r"# (scenarios/\S+)\n", block):
                file = place / found[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block, encoding="utf-8")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place to work in, with the scenarios that the documents make."""
    write_examples(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))
    return tmp_path


# -- links and names ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(name)):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", TEXTS)
def test_files_that_are_named_exist(name: str) -> None:
    named = re.findall(r"`((?:sim|docs|tests|scenarios)/[^`\s<*]+)`", prose(name))
    assert not [path for path in named if path not in EXAMPLES and not (ROOT / path).exists()]


def test_readme_names_every_part_of_the_package_and_every_document() -> None:
    tree = next(block for block in blocks("README.md", "") if block.startswith("scenarios/"))
    parts = {p.name for p in (ROOT / "sim").iterdir() if (p / "__init__.py").exists()}
    assert {part for part in parts if f"{part}/" not in tree} == set()
    for page in (ROOT / "docs").glob("*.md"):
        for readme in ("README.md", "README.zh.md"):
            assert f"](docs/{page.name})" in TEXTS[readme]


def test_everything_kept_in_results_is_explained() -> None:
    named = re.findall(r"`([^`/ ]+)`", TEXTS["results/README.md"])
    for path in (ROOT / "results").glob("*.*"):
        assert path.name == "README.md" or any(fnmatch(path.name, name) for name in named)
    shown = {
        Path(target).name for text in TEXTS.values()
        for target in re.findall(r"\]\(([^)\s]*figures/[^)\s]+\.png)\)", text)
    }
    assert {path.name for path in (ROOT / "results" / "figures").iterdir()} == shown


# -- commands ------------------------------------------------------------------------------------


def test_there_are_commands_to_check() -> None:
    assert {name for name, _ in commands()} == {
        "README.md", "README.zh.md", "docs/planner.md", "docs/policies.md"}


@pytest.mark.parametrize(("name", "arguments"), list(commands()))
def test_command_lines_can_be_given(elsewhere: Path, name: str, arguments: list[str]) -> None:
    command, *rest = arguments
    group = typer.main.get_command(app)
    parsed = group.commands[command].make_context(command, rest)  # type: ignore[attr-defined]
    if "scenario" in parsed.params:
        sim.load(parsed.params["scenario"], parsed.params["changes"])


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_options_named_in_passing_exist(name: str) -> None:
    group = typer.main.get_command(app)
    for command, rest in re.findall(r"`hotline (\w+)([^`]*)`", prose(name)):
        known = group.commands[command].params  # type: ignore[attr-defined]
        options = {option for parameter in known for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= options
    made = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for target in re.findall(r"(?:^|`)make (\w+)", TEXTS[name], re.MULTILINE):
        assert target in made
    for module in re.findall(r"python(?:3|\.exe)? -m ((?:sim|tests)[\w.]+)", TEXTS[name]):
        assert importlib.util.find_spec(module)


def test_windows_runs_what_make_runs() -> None:
    recipe = re.search(r"\$\(BIN\)/(hotline run .+) \$\(ARGS\)", _makefile())
    assert recipe
    for name in ("README.md", "README.zh.md"):
        block = blocks(name, "powershell")[0]
        assert f".venv\\Scripts\\{recipe[1]}" in block


# -- examples ------------------------------------------------------------------------------------


def snippets() -> Iterator[tuple[str, str]]:
    for name in TEXTS:
        for block in blocks(name, "python"):
            if not block.startswith("# scenarios/"):
                yield name, block


@pytest.mark.parametrize(("name", "code"), list(snippets()))
def test_python_examples_run(elsewhere: Path, name: str, code: str) -> None:
    exec(compile(code, name, "exec"), {"__name__": "example"})


def test_the_example_of_a_rule_runs(elsewhere: Path) -> None:
    line = next(a for name, a in commands() if name == "docs/policies.md" and a[0] == "run")
    less = ("--replications", "1", "--workers", "1", "--set", "time.days=2", "--lang", "en")
    done = CliRunner().invoke(app, [*line, *less])
    assert done.exit_code == 0, done.output
    assert (elsewhere / "results" / "crowded" / "kpis.csv").exists()
    assert sim.load("crowded").dispatch.choose_point == "crowd"


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_of_a_mistake_is_what_check_says(elsewhere: Path, lang: str) -> None:
    folder = elsewhere / "mistaken"
    shutil.copytree(ROOT / "scenarios" / "quickstart", folder)
    table = folder / "caregivers.csv"
    text = table.read_text(encoding="utf-8").replace("care-day", "care-dy")
    table.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(app, ["check", str(folder), "--lang", lang]).stderr
    first = said.splitlines()[0].replace("mistaken/", "")
    assert f"```\n{first}\n```" in TEXTS["docs/planner.md"]


# -- what the documents say of the program -------------------------------------------------------


def test_the_table_of_rules_is_that_of_the_program() -> None:
    page = TEXTS["docs/policies.md"]
    rows = re.findall(r"^\| `(choose_\w+)` \|.*\| (.+) \|$", page, re.MULTILINE)
    told = {kind: set(re.findall(r"`(\w+)`", names)) for kind, names in rows}
    built_in = {
        kind: {
            name for name in names
            if registry.get(kind, name).score.__module__ == f"sim.rules.{kind}"
        }
        for kind, names in registry.names().items()
    }
    assert told == built_in
    moving = {
        (kind, name) for kind, names in built_in.items() for name in names
        if not registry.get(kind, name).fixed
    }
    assert moving == {
        ("choose_point", "nearest_free"), ("choose_point", "least_delay"),
        ("choose_order", "nearest"), ("choose_point", "score"), ("choose_order", "score"),
    }


def test_the_ranks_and_states_are_those_of_the_program() -> None:
    ranks = re.findall(r"^\| (\d) (\w+) \|", TEXTS["docs/model.md"], re.MULTILINE)
    assert ranks == [(str(int(rank)), rank.name.lower()) for rank in Rank]
    text = TEXTS["docs/model/orders.md"]
    states = re.search(r"^States: (.+?)\. An", text, re.DOTALL | re.MULTILINE)
    assert states
    assert re.findall(r"[a-z]\w+", states[1].replace("or ", "")) == codes(OrderState)
    explained = re.findall(r"^\| (\w+) \|", text, re.MULTILINE)
    assert explained == ["state", *codes(OrderState)]


def test_the_page_of_the_model_leads_to_all_of_it() -> None:
    for page in (ROOT / "docs" / "model").glob("*.md"):
        assert f"](model/{page.name})" in TEXTS["docs/model.md"]


def test_the_page_shown_is_one_of_a_whole_run() -> None:
    """The page itself is made again by ``test_the_page_shown_is_what_a_run_prints``."""
    showcase = _showcase()
    kept = blocks("results/decheng-card.md", "")
    replications = re.search(r"--replications (\d+)", _makefile())
    assert replications
    for lang, card in zip(LANGS, kept, strict=True):
        shown = showcase.shortened(card)
        assert f"<!-- card {lang} -->\n```\n{shown}```\n" in TEXTS[showcase.PAGES[lang]]
        assert re.search(rf"\b{replications[1]} replications|模拟{replications[1]}次", card)


@pytest.mark.evidence
def test_the_page_shown_is_what_a_run_prints(tmp_path: Path) -> None:
    replications = re.search(r"--replications (\d+) --seed (\d+)", _makefile())
    assert replications
    sim.run(
        "decheng", replications=int(replications[1]), seed=int(replications[2]),
        out=tmp_path / "decheng", workers=2,
    )
    for path, text in _showcase().pages(tmp_path / "decheng").items():
        assert path.read_text(encoding="utf-8") == text


def _makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def _showcase() -> ModuleType:
    spec = importlib.util.spec_from_file_location("showcase", ROOT / "docs" / "showcase.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
