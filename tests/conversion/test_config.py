"""`[tool.porter]`: where it is found, what it may say, and how it is corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from porter.config import load_config, parse_python
from porter.errors import UsageError


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


def test_every_key_is_read_and_paths_are_the_file_s_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [tool.porter]
        out = "modern"
        targets = ["python3", "asyncio"]
        python = "3.11"
        format = "black"
        select = ["PORT"]
        ignore = ["PORT014"]
        exclude = ["vendored/"]
        from = "python2"
        python2 = "bin/python2.7"
        jobs = 3
        unsafe = true
        extend-select = ["IDM"]
        division = "helper"
        [tool.porter.per-file-ignores]
        "tests/*" = ["HAZ001"]
        """,
    )
    config = load_config([tmp_path / "src" / "a.py"])
    assert config.folder == tmp_path
    assert config.out == tmp_path / "modern"
    assert config.python2 == tmp_path / "bin" / "python2.7"
    assert (config.targets, config.python, config.formatter) == (("python3", "asyncio"), (3, 11), "black")
    assert (config.select, config.ignore, config.exclude) == (("PORT",), ("PORT014",), ("vendored/",))
    assert (config.dialect, config.jobs, config.unsafe) == ("python2", 3, True)
    assert (config.extend_select, config.division) == (("IDM",), "helper")
    assert config.per_file_ignores == {"tests/*": ("HAZ001",)}


def test_the_nearest_table_upwards_holds(tmp_path: Path) -> None:
    write(tmp_path, "[tool.porter]\njobs = 1\n")
    write(tmp_path / "project", "[tool.porter]\njobs = 2\n")
    write(tmp_path / "project" / "part", "[tool.other]\nname = 'porter'\n")
    assert load_config([tmp_path / "project" / "part" / "a.py"]).jobs == 2


def test_several_paths_have_the_configuration_of_their_common_folder(tmp_path: Path) -> None:
    write(tmp_path, "[tool.porter]\njobs = 1\n")
    write(tmp_path / "a", "[tool.porter]\njobs = 2\n")
    (tmp_path / "b").mkdir()
    assert load_config([tmp_path / "a", tmp_path / "b"]).jobs == 1
    assert load_config([tmp_path / "a"]).jobs == 2


def test_nothing_above_the_project_counts(tmp_path: Path) -> None:
    write(tmp_path, "[tool.porter]\njobs = 1\n")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    assert load_config([tmp_path / "project"]).file is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.porter]\ntarget = ['python3']", "did you mean `targets`?"),
        ("[tool.porter]\nper_file_ignores = {}", "did you mean `per-file-ignores`?"),
        ("[tool.porter]\nzzz = 1", "each key is one of: division, exclude, extend-select, format"),
        ("[tool.porter]\ntargets = ['python4']", "choose from python3, futures, asyncio"),
        ("[tool.porter]\ntargets = 'python3'", "`targets` must be a list of strings"),
        ("[tool.porter]\npython = '2.7'", "no Python version to convert to"),
        ("[tool.porter]\npython = 3.11", "`python` must be a string"),
        ("[tool.porter]\njobs = 0", "`jobs` must be a whole number from 1 on"),
        ("[tool.porter]\njobs = true", "`jobs` must be a whole number from 1 on"),
        ("[tool.porter]\nunsafe = 'yes'", "`unsafe` must be true or false"),
        ("[tool.porter]\nper-file-ignores = ['x']", "must be a table of lists of strings"),
        ("[tool.porter]\nformat = 'yapf'", "choose from black"),
        ("[tool]\nporter = 1", "`tool.porter` must be a table"),
        ("[tool.porter", "no valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_config([tmp_path])
    assert said in str(caught.value)
    assert caught.value.path == str(tmp_path / "pyproject.toml")


@pytest.mark.parametrize("text", ["3", "3.8", "2.7", "4.0", "3.11.2", "three"])
def test_no_python_to_convert_to(text: str) -> None:
    with pytest.raises(UsageError):
        parse_python(text)


def test_python_versions() -> None:
    assert parse_python("3.9") == (3, 9)
    assert parse_python("3.14") == (3, 14)
