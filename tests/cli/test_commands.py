"""The group of commands, and the pages of the rules."""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner, Result

from porter import __version__
from porter.cli import COMMANDS, cli
from porter.rules import catalogue


def porter(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_version() -> None:
    assert porter("--version").output == f"porter, version {__version__}\n"
    done = subprocess.run([sys.executable, "-m", "porter", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"porter, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_says_what_it_does(name: str) -> None:
    module, summary = COMMANDS[name]
    command = importlib.import_module(module).command
    assert isinstance(command, click.Command)
    assert (
        summary in porter("--help").output.replace("\n           ", " ").replace("  ", " ")
        or summary.split()[0] in porter("--help").output
    )
    assert porter(name, "--help").exit_code == 0


def test_a_misspelt_command_is_corrected() -> None:
    result = porter("convrt")
    assert result.exit_code == 2
    assert "Did you mean 'convert'?" in result.output


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from porter.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = eval(done.stdout.splitlines()[-1])  # a list of names that we printed
    assert not {"libcst", "black", "rich", "gevent", "pathspec", "asyncio", "multiprocessing"} & set(modules)


def _median(command: Sequence[str]) -> float:
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def test_help_is_quick() -> None:
    """Under 0.2 s, or within 1.5 times of what click alone takes on this machine at this moment."""
    taken = _median([sys.executable, "-m", "porter", "--help"])
    assert taken < max(0.2, 1.5 * _median([sys.executable, "-c", "import click"]))


def test_rules_lists_every_rule_on_a_line() -> None:
    lines = porter("rules").output.splitlines()
    assert len(lines) == len(catalogue()) + 1
    for rule, line in zip(catalogue(), lines[1:], strict=True):
        assert line.startswith(rule.code) and rule.name in line and rule.summary in line


def test_rules_as_json() -> None:
    listed = json.loads(porter("rules", "--format", "json").output)
    assert [item["code"] for item in listed] == [rule.code for rule in catalogue()]
    assert {"name", "phase", "risk", "summary", "why", "source", "examples", "untouched"} <= set(listed[0])


def test_rule_explains_one() -> None:
    page = porter("rule", "PORT014").output
    rule = next(rule for rule in catalogue() if rule.code == "PORT014")
    assert page.startswith("PORT014 next-method (port, suggested)\n")
    assert f"Source: {rule.source}" in page
    assert page.count("\nBefore") == page.count("\nAfter") > 0
    assert "\nLeft alone: " in page


def test_rules_by_name_prefix_and_small_letters() -> None:
    assert porter("rule", "next-method").output == porter("rule", "port014").output
    pages = json.loads(porter("rule", "HAZ", "PORT001", "--format", "json").output)
    assert {page["code"][:3] for page in pages} == {"POR", "HAZ"}


def test_an_unknown_rule_is_corrected() -> None:
    result = porter("rule", "PROT014")
    assert result.exit_code == 2
    assert "no rule is called PROT014 (did you mean `PORT014`?)" in result.output
