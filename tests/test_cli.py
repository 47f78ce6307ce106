"""The command line: what is printed where, in which language, with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sim.cli import base, commands
from sim.cli.base import ORDER
from sim.experiments import replication

ROOT = Path(__file__).parents[1]
QUICK = ("--set", "time.days=2", "--set", "time.warm_up_days=0", "--workers", "1")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no results of anybody's are, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")


def hotline(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, list(arguments))


def process(*arguments: str) -> subprocess.Popen[str]:
    """The real command."""
    return subprocess.Popen(
        [sys.executable, "-c", "from sim.cli import main; main()", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], chosen: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert base.locale_language() == chosen


def test_help_shows_an_example_of_every_command() -> None:
    overview = hotline("--help")
    assert overview.exit_code == 0
    for command in ("list", "show", "check", "run", "trace"):
        assert command in overview.output
        assert f"hotline {command}" in hotline(command, "--help").output


def test_list_names_the_scenarios_and_a_faulty_one(tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "mine").mkdir(parents=True)
    (tmp_path / "scenarios" / "mine" / "scenario.toml").write_text("hotlines = 1\n")
    english, chinese = hotline("list").stdout, hotline("list", "--lang", "zh").stdout
    assert "quickstart: Quickstart" in english
    assert "mine: faulty; see hotline check mine" in english
    assert "quickstart: 入门" in chinese
    assert "hotline sweep quickstart-desk: Quickstart: how many operators" in english
    assert "hotline tune quickstart-policies: " in english
    assert "hotline sweep quickstart-desk：入门" in chinese


def test_what_takes_long_to_import_is_left_to_those_who_need_it() -> None:
    code = "import sys, sim.cli.commands as c; print([m for m in sys.argv[1:] if m in sys.modules])"
    slow = ["matplotlib", "optuna", "scipy.stats._stats_py", "distributed"]
    done = subprocess.run(
        [sys.executable, "-c", code, *slow], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_show_tells_what_a_change_did(lang: str) -> None:
    page = hotline("show", "quickstart", "--set", "hotline.lines=77", "--lang", lang)
    assert page.exit_code == 0, page.output
    assert "hotline.lines" in page.stdout
    assert "77" in page.stdout


def test_check_of_a_sound_scenario() -> None:
    found = hotline("check", "quickstart", "--set", "hotline.lines=77")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[-1] == "No faults."
    assert "hotline.lines: " in found.stdout
    assert "-> 77" in found.stdout
    assert hotline("check", "quickstart", "--lang", "zh").stdout == "没有错误。\n"


@pytest.mark.parametrize("command", ["check", "show", "run"])
def test_all_faults_in_one_go_a_line_each_and_exit_code_2(command: str) -> None:
    found = hotline(command, "quickstart", "--set", "hotline.linse=3", "--set", "time.days=none")
    assert found.exit_code == 2
    assert found.stdout == ""
    lines = found.stderr.splitlines()
    assert len(lines) == 2
    assert any("hotline.linse" in line and '"hotline.lines"' in line for line in lines)
    assert any("time.days" in line and "none" in line for line in lines)


def test_an_unknown_scenario_and_its_nearest_spelling() -> None:
    found = hotline("run", "quikstart")
    assert found.exit_code == 2
    assert 'did you mean "quickstart"?' in found.stderr
    assert "是不是“quickstart”？" in hotline("run", "quikstart", "--lang", "zh").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--replications", "0"),
        ("--replications", "many"),
        ("--workers", "0"),
        ("--seed", "-1"),
        ("--lang", "fr"),
        ("--sed", "1"),
        ("--out", "taken/by/a/file"),
        ("--set", "dispatch.choose_point=nearst"),
    ],
)
def test_unusable_options_are_bad_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "taken").write_text("x")
    found = hotline("run", "quickstart", *QUICK, *arguments)
    assert found.exit_code == 2, found.output
    assert found.stderr
    assert "Traceback" not in found.output
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (
            ("run", "quickstart", "--replications", "many"),
            '--replications: found "many"; allowed: a whole number',
            "--replications：发现 \"many\"；应为：整数",
        ),
        (
            ("run", "quickstart", "--workers", "1", "-n2", "--seed=x"),
            '--seed: found "x"; allowed: a whole number',
            "--seed：发现 \"x\"；应为：整数",
        ),
        (
            ("run", "quickstart", "--workers", "1", "--workers", "two"),
            '--workers: found "two"; allowed: a whole number',
            "--workers：发现 \"two\"；应为：整数",
        ),
        (
            ("run", "quickstart", "-nmany"),
            '--replications: found "many"; allowed: a whole number',
            "--replications：发现 \"many\"；应为：整数",
        ),
        (
            ("run", "quickstart", "--verify=3"),
            "--verify: found a value; allowed: no value",
            "--verify：发现 带了值；应为：不带值",
        ),
        (
            ("run", "quickstart", "--sed", "1"),
            'hotline run: found "--sed"; allowed: --set, --lang, --precision, --replications, -n, '
            '--max-replications, --seed, --out, --workers, --verify, --save-tables; '
            'did you mean "--seed"?',
            "hotline run：发现 \"--sed\"；应为：--set、--lang、--precision、--replications、-n、"
            "--max-replications、--seed、--out、--workers、--verify、--save-tables；是不是“--seed”？",
        ),
        (
            ("check",),
            "SCENARIO: found nothing; allowed: a scenario's name or folder",
            "SCENARIO：发现 空白；应为：方案名或文件夹",
        ),
        (
            ("trace", "results"),
            "--request: found nothing; allowed: number of the request",
            "--request：发现 空白；应为：诉求编号",
        ),
        (
            ("check", "quickstart", "decheng"),
            'hotline check: found "decheng"; allowed: options, SCENARIO',
            "hotline check：发现 \"decheng\"；应为：选项、SCENARIO",
        ),
        (
            ("chek", "quickstart"),
            f'hotline: found "chek"; allowed: {", ".join(ORDER)}; did you mean "check"?',
            f"hotline：发现 \"chek\"；应为：{'、'.join(ORDER)}；是不是“check”？",
        ),
        (
            ("--version",),
            f'hotline: found "--version"; allowed: a command: {", ".join(ORDER)}',
            f"hotline：发现 \"--version\"；应为：命令：{'、'.join(ORDER)}",
        ),
    ],
)
def test_wrong_usage_is_one_line(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], english: str, chinese: str
) -> None:
    ways = [("C", [], english), ("zh_CN.UTF-8", [], chinese)]
    if not arguments[0].startswith("-"):
        ways.append(("C", ["--lang", "zh"], chinese))
    for locale, more, line in ways:
        monkeypatch.setenv("LC_ALL", locale)
        found = hotline(*arguments, *more)
        assert found.exit_code == 2
        assert found.stdout == ""
        assert found.stderr == line + "\n"


def test_an_option_without_its_value() -> None:
    found = hotline("run", "quickstart", "-n")
    assert found.exit_code == 2
    assert found.stderr == "-n: found nothing; allowed: a value\n"
    assert hotline("run", "quickstart", "--lang", "fr").stderr == (
        '--lang: found "fr"; allowed: zh, en\n'
    )


def test_nothing_at_all_shows_the_help() -> None:
    found = hotline()
    assert found.exit_code == 2
    assert "hotline" in found.output
    assert "run" in found.output


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a run was made that was not told where to leave its result."""
    place = tmp_path_factory.mktemp("ran")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        done = hotline("run", "quickstart", *QUICK, "-n", "2", "--lang", "zh")
    assert done.exit_code == 0, done.output
    return place


@pytest.fixture
def result(ran: Path, tmp_path: Path) -> Path:
    """A copy of the result, as the test's own."""
    shutil.copytree(ran / "results", tmp_path / "results")
    return tmp_path / "results" / "quickstart"


def test_run_prints_the_card_and_leaves_both_languages(tmp_path: Path) -> None:
    done = hotline("run", "quickstart", *QUICK, "-n", "2", "--out", "here", "--verify")
    assert done.exit_code == 0, done.output
    assert done.stdout == (tmp_path / "here" / "card.en.txt").read_text(encoding="utf-8")
    assert "Are people answered?" in done.stdout
    assert "电话打得通吗" in (tmp_path / "here" / "card.zh.txt").read_text(encoding="utf-8")
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("time.days: ")
    assert lines[2].startswith("2 replications in ")
    assert lines[2].endswith("the result is in here")


def test_the_default_place_is_named_after_the_scenario(result: Path) -> None:
    record = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    assert record["name"] == "quickstart"
    assert record["replications"] == 2
    assert record["command"][0] == "hotline"


def test_trace_tells_a_story_in_both_languages(result: Path) -> None:
    english = hotline("trace", str(result), "--replication", "1", "--request", "3")
    chinese = hotline("trace", str(result), "--replication", "1", "--request", "3", "--lang", "zh")
    assert english.exit_code == chinese.exit_code == 0, english.output + chinese.output
    assert english.stdout != chinese.stdout
    assert english.stderr == ""


@pytest.mark.parametrize(
    "wrong",
    [("--replication", "2", "--request", "0"), ("--request", "100000000"), ("--request", "-1")],
)
def test_trace_of_what_is_not_there(result: Path, wrong: tuple[str, ...]) -> None:
    found = hotline("trace", str(result), *wrong)
    assert found.exit_code == 2, found.output
    assert len(found.stderr.splitlines()) == 1


def test_trace_of_a_result_of_another_version_says_so(result: Path) -> None:
    record = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    record["identity"]["source"] = "0"
    (result / "manifest.json").write_text(json.dumps(record), encoding="utf-8")
    told = hotline("trace", str(result), "--request", "0")
    assert told.exit_code == 0
    assert "another version" in told.stderr


def test_trace_of_no_result(tmp_path: Path) -> None:
    found = hotline("trace", str(tmp_path), "--request", "0")
    assert found.exit_code == 2
    assert "no result" in found.stderr
    (tmp_path / "manifest.json").write_text('{"program": "hotline-sim", "kind": "sweep"}')
    found = hotline("trace", str(tmp_path), "--request", "0")
    assert found.exit_code == 2
    assert "found a result of hotline sweep; allowed: a result of hotline run" in found.stderr


def test_our_fault_is_one_line_and_a_file_with_the_details(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError("no such number")

    monkeypatch.setattr(replication, "measure", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = hotline("run", "quickstart", *QUICK, "-n", "2")
    assert found.exit_code == 1
    last = found.stderr.splitlines()[-1]
    assert last.startswith("Our fault, not yours: ")
    assert "ArithmeticError: no such number" in last
    (details,) = tmp_path.glob("hotline-*.txt")
    assert str(details) in last
    assert 'raise ArithmeticError("no such number")' in details.read_text(encoding="utf-8")
    assert "Traceback" not in found.output


def test_a_violation_is_told_after_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.check import Violation

    broken = Violation("rule", "calls", "7", "calls end", "通话会结束", (), 1)
    monkeypatch.setattr(replication, "verify", lambda _: [broken])
    found = hotline("run", "quickstart", *QUICK, "-n", "2", "--verify")
    assert found.exit_code == 1
    assert "Are people answered?" in found.stdout
    *_, violation, summary = found.stderr.splitlines()
    assert violation == broken.line("en")
    assert "replication 0" in summary
    assert "all of 2 faulty replications" in summary


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = ("run", "quickstart", "-n", "100000", "--workers", "1", "--out", "here")
    running = process(*command)
    parts = tmp_path / "here.partial" / "parts"
    while not len(list(parts.glob("rep-*[0-9]"))) >= 2:
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    lines = told.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("the same command goes on from there.")
    assert lines[1] == "Interrupted."
    assert not (tmp_path / "here").exists()


def test_the_real_command_and_its_exit_codes(tmp_path: Path) -> None:
    sound, faulty = process("check", "quickstart"), process("check", "quikstart")
    assert sound.communicate()[1] == ""
    assert sound.returncode == 0
    assert len(faulty.communicate()[1].splitlines()) == 1
    assert faulty.returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors of POSIX")
def test_a_console_that_is_not_there() -> None:
    command = f'"{sys.executable}" -c "from sim.cli import main; main()" list >&-'
    found = subprocess.run(
        command, shell=True, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (found.returncode, found.stderr) == (0, "")
