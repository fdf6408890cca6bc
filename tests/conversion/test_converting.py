"""A tree converted: two passes, the cache, the mirror, in place."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from porter.conversion import pipeline
from porter.conversion.cache import Cache
from porter.conversion.converting import Request, convert_text, convert_tree
from porter.conversion.ignoring import Patterns
from porter.errors import UsageError
from porter.python2.source import Dialect
from porter.rewriting.options import Options, Target

PORT = Options(Target.PYTHON3, (3, 11))


def request(*paths: Path, targets: tuple[Target, ...] = (Target.PYTHON3,), **more: object) -> Request:
    options = tuple(Options(target, (3, 11)) for target in targets)
    return Request(options, paths, **more)  # type: ignore[arg-type]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "pkg").mkdir(parents=True)
    (tree / "main.py").write_text("from pkg import part\nprint part.name\n")
    (tree / "pkg" / "__init__.py").write_text("")
    (tree / "pkg" / "part.py").write_text("name = 'part'\nprint name\n")
    (tree / "data.csv").write_text("1,2\n")
    return tree


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def test_without_a_destination_nothing_is_written(tree: Path) -> None:
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    report = convert_tree(request(tree, wants_diff=True))
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before
    assert (report.changed(Target.PYTHON3), report.unchanged(Target.PYTHON3), report.failed) == (2, 1, 0)
    assert all(result.diff for result in report.results if result.changed)


def test_out_is_the_whole_tree(tree: Path, tmp_path: Path) -> None:
    (tree / "main.py").chmod(0o755)
    report = convert_tree(request(tree, out=tmp_path / "out"))
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert made == {"main.py", "pkg/__init__.py", "pkg/part.py", "data.csv"}
    assert (tmp_path / "out" / "main.py").read_text() == "from pkg import part\nprint(part.name)\n"
    assert stat.S_IMODE((tmp_path / "out" / "main.py").stat().st_mode) == 0o755
    assert report.written == 4
    assert convert_tree(request(tree, out=tmp_path / "out")).written == 0


def test_several_targets_have_a_folder_each(tree: Path, tmp_path: Path) -> None:
    report = convert_tree(request(tree, targets=(Target.FUTURES, Target.PYTHON3), out=tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["futures", "python3"]
    assert report.targets == (Target.FUTURES, Target.PYTHON3)
    assert [result.target for result in report.results] == [Target.FUTURES] * 3 + [Target.PYTHON3] * 3


def test_out_inside_the_tree_is_no_source_the_next_time(tree: Path) -> None:
    convert_tree(request(tree, out=tree / "new"))
    report = convert_tree(request(tree, out=tree / "new"))
    assert len(report.results) == 3
    assert not (tree / "new" / "new").exists()


def test_out_over_the_sources_is_refused(tree: Path) -> None:
    for out in (tree, tree.parent / "pkg" / ".." / "tree"):
        with pytest.raises(UsageError, match="holds the sources themselves"):
            convert_tree(request(tree, out=out))
    with pytest.raises(UsageError, match="must be a folder"):
        convert_tree(request(tree, out=tree / "main.py"))


def test_two_files_of_one_name_are_refused(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print 1\n")
    with pytest.raises(UsageError, match="would both become main"):
        convert_tree(request(tree / "main.py", tmp_path / "main.py", out=tmp_path / "out"))


def test_a_result_without_a_source_is_reported_and_stays(tree: Path, tmp_path: Path) -> None:
    convert_tree(request(tree, out=tmp_path / "out"))
    (tree / "pkg" / "part.py").unlink()
    (tmp_path / "out" / "notes.txt").write_text("mine\n")
    report = convert_tree(request(tree, out=tmp_path / "out"))
    assert report.strays == (str(tmp_path / "out" / "pkg" / "part.py"),)
    assert (tmp_path / "out" / "pkg" / "part.py").exists()


def test_in_place_changes_what_has_to_change(tree: Path) -> None:
    convert_tree(request(tree, in_place=True))
    assert (tree / "pkg" / "part.py").read_text() == "name = 'part'\nprint(name)\n"
    assert (tree / "data.csv").read_text() == "1,2\n"


def test_in_place_takes_one_target(tree: Path) -> None:
    with pytest.raises(UsageError, match="one target only"):
        convert_tree(request(tree, targets=(Target.FUTURES, Target.PYTHON3), in_place=True))


def test_in_place_refuses_to_write_over_what_git_cannot_bring_back(tree: Path) -> None:
    git(tree, "init", "-q")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "all")
    (tree / "data.csv").write_text("changed, and none of porter's business\n")
    (tree / "pkg" / "__init__.py").write_text("# changed, and porter would not touch it\n")
    (tree / "main.py").write_text("from pkg import part\nprint part.name, 1\n")
    with pytest.raises(UsageError, match=r"not committed: .*main\.py$|not committed: .*main\.py \("):
        convert_tree(request(tree, in_place=True))
    assert (tree / "pkg" / "part.py").read_text() == "name = 'part'\nprint name\n"

    convert_tree(request(tree, in_place=True, force=True))
    assert (tree / "main.py").read_text() == "from pkg import part\nprint(part.name, 1)\n"


def test_in_place_refuses_files_that_git_does_not_know(tree: Path) -> None:
    git(tree, "init", "-q")
    with pytest.raises(UsageError, match="not committed"):
        convert_tree(request(tree, in_place=True))
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "all")
    convert_tree(request(tree, in_place=True))
    assert "print(name)" in (tree / "pkg" / "part.py").read_text()


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_jobs_and_order_change_nothing(tree: Path, tmp_path: Path, jobs: int) -> None:
    for number in range(30):
        (tree / f"more{number}.py").write_text(f"print {number}\n" * number)
    one = convert_tree(request(tree, wants_diff=True, jobs=1))
    assert convert_tree(request(tree, wants_diff=True, jobs=jobs)) == one


def test_results_come_from_the_cache(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path / "cache")
    first = convert_tree(request(tree, wants_diff=True, cache=cache))

    def fail(*arguments: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(pipeline, "convert_bytes", fail)
    monkeypatch.setattr(pipeline, "summarise_bytes", fail)
    assert convert_tree(request(tree, wants_diff=True, cache=cache)) == first


def test_a_sibling_changes_what_a_file_means(tmp_path: Path) -> None:
    """`print (1, 2)` alone runs on both Pythons; beside a Python 2 file it is Python 2."""
    tree, cache = tmp_path / "tree", Cache(tmp_path / "cache")
    tree.mkdir()
    (tree / "open.py").write_text("print (1, 2)\n")
    before = convert_tree(request(tree, cache=cache))
    assert before.changed(Target.PYTHON3) == 0
    (tree / "old.py").write_text("print 'old'\n")
    after = convert_tree(request(tree, cache=cache))
    assert after.changed(Target.PYTHON3) == 2


def test_a_compiled_sibling_is_a_module_of_the_package(tree: Path, tmp_path: Path) -> None:
    for name in ("_fast.so", "_slow.pyx", "table.csv"):
        (tree / "pkg" / name).write_bytes(b"")
    (tree / "pkg" / "part.py").write_text("from _fast import run\nimport _slow, table\nprint run\n")
    convert_tree(request(tree, out=tmp_path / "out"))
    text = (tmp_path / "out" / "pkg" / "part.py").read_text()
    assert text == "from ._fast import run\nimport table\nfrom . import _slow\nprint(run)\n"


def test_the_dialect_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "open.py").write_text("print (1, 2)\n")
    assert convert_tree(request(tmp_path, dialect=Dialect.PYTHON2)).changed(Target.PYTHON3) == 1
    assert convert_tree(request(tmp_path, dialect=Dialect.PYTHON3)).changed(Target.PYTHON3) == 0


def test_a_file_alone_means_what_it_means_in_its_tree(tree: Path) -> None:
    (tree / "open.py").write_text("print (1, 2)\n")
    assert convert_tree(request(tree / "open.py")).changed(Target.PYTHON3) == 1


def test_rules_can_be_ignored_by_file(tree: Path) -> None:
    (tree / "queue.py").write_text("x = 1\n")
    options = request(tree)
    assert [item.code for item in convert_tree(options).findings() if item.code.startswith("HAZ")] == ["HAZ001"]
    silenced = request(tree, per_file_ignores=((Patterns.of(tree, ["queue.py"]), ("HAZ001",)),))
    assert not [item for item in convert_tree(silenced).findings() if item.code.startswith("HAZ")]


def test_ignoring_what_python3_cannot_run_without_is_a_usage_error(tree: Path, tmp_path: Path) -> None:
    options = Options(Target.PYTHON3, (3, 11), ignore=("PORT001",))
    with pytest.raises(UsageError, match="PORT001"):
        convert_tree(Request((options,), (tree,), in_place=True))
    assert "print name" in (tree / "pkg" / "part.py").read_text()


def test_a_mistake_of_porter_s_own_costs_one_file(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.convert_bytes

    def convert(data: bytes, path: str, *more: object) -> object:
        if path == "main.py":
            raise ZeroDivisionError("division by zero")
        return real(data, path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "convert_bytes", convert)
    report = convert_tree(request(tree))
    (problem,) = report.problems
    assert "ZeroDivisionError" in problem.message and "please report it" in str(problem)
    assert report.changed(Target.PYTHON3) == 1


def test_a_worker_that_dies_costs_one_file(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.convert_bytes

    def convert(data: bytes, path: str, *more: object) -> object:
        if path == "main.py":
            os._exit(3)
        return real(data, path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "convert_bytes", convert)
    report = convert_tree(request(tree, out=tmp_path / "out", jobs=2))
    (problem,) = report.problems
    assert "worker process died" in problem.message and problem.path == str(tree / "main.py")
    assert (tmp_path / "out" / "main.py").read_text() == (tree / "main.py").read_text()
    assert (tmp_path / "out" / "pkg" / "part.py").read_text() == "name = 'part'\nprint(name)\n"


def test_formatting_is_a_step_of_its_own(tree: Path, tmp_path: Path) -> None:
    (tree / "plain.py").write_text("x = {  }\n")
    plain = convert_tree(request(tree, out=tmp_path / "plain"))
    formatted = convert_tree(request(tree, out=tmp_path / "formatted", formatter="black"))
    assert (tmp_path / "plain" / "plain.py").read_text() == "x = {  }\n"
    assert (tmp_path / "formatted" / "plain.py").read_text() == "x = {}\n"
    assert (tmp_path / "formatted" / "pkg" / "part.py").read_text() == 'name = "part"\nprint(name)\n'
    changes = [[result.changes for result in report.results] for report in (plain, formatted)]
    assert changes[0] == changes[1]


def test_in_place_formats_only_what_it_converts(tree: Path) -> None:
    (tree / "plain.py").write_text("x = {  }\n")
    convert_tree(request(tree, in_place=True, formatter="black"))
    assert (tree / "plain.py").read_text() == "x = {  }\n"
    assert (tree / "pkg" / "part.py").read_text() == 'name = "part"\nprint(name)\n'


def test_converting_the_result_changes_nothing(tree: Path, tmp_path: Path) -> None:
    convert_tree(request(tree, out=tmp_path / "once"))
    assert not convert_tree(request(tmp_path / "once")).anything_changed


def test_text_is_converted_as_the_file_that_it_stands_for(tree: Path) -> None:
    result = convert_text(request(), b"print (1, 2)\n", tree / "pkg" / "new.py")
    assert result.data == b"print((1, 2))\n"
    assert convert_text(request(), b"print (1, 2)\n", None).data is None


@pytest.mark.parametrize("broken", ["print 1 2\n", "from __future__ import nonsense\nprint 1\n"])
def test_a_file_that_cannot_be_converted_does_not_make_its_converted_siblings_python_2(
    tmp_path: Path, broken: str
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "broken.py").write_text(broken)
    (tree / "good.py").write_text("name = raw_input('name: ')\nprint 'Hello,', name\n")
    convert_tree(request(tree, out=tmp_path / "once"))
    convert_tree(request(tmp_path / "once", out=tmp_path / "twice"))
    assert (tmp_path / "once" / "good.py").read_text() == "name = input('name: ')\nprint('Hello,', name)\n"
    assert (tmp_path / "twice" / "good.py").read_bytes() == (tmp_path / "once" / "good.py").read_bytes()


def test_a_file_that_would_not_compile_whatever_is_done_to_it_has_failed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from __future__ import nested_scopes\nfrom __future__ import nonsense\n")
    report = convert_tree(request(tmp_path))
    assert [problem.message for problem in report.problems] == [
        "the result would not compile: future feature nonsense is not defined"
    ]
