"""Files appear whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from porter.conversion import writing
from porter.conversion.files import Link, OtherFile
from porter.conversion.writing import copy_file, make_link, replace_content, write_content
from porter.errors import ConversionError


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if "porter-tmp" in path.name]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    return path


def test_mode_and_owner_are_kept(file: Path) -> None:
    file.chmod(0o751)
    if os.geteuid() == 0:
        os.chown(file, 1234, 2345)
    before = file.stat()
    replace_content(file, b"new", digest(b"old"), "a.py")
    after = file.stat()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(after.st_mode) == 0o751
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_mtime >= before.st_mtime
    assert not leftovers(file.parent)


def test_links_are_followed_and_stay(file: Path) -> None:
    link = file.parent / "link.py"
    link.symlink_to("a.py")
    replace_content(link, b"new", digest(b"old"), "link.py")
    assert link.is_symlink() and file.read_bytes() == b"new"


def test_a_file_changed_meanwhile_is_left_alone(file: Path) -> None:
    file.write_bytes(b"someone else's work")
    with pytest.raises(ConversionError, match="changed by someone else"):
        replace_content(file, b"new", digest(b"old"), "a.py")
    assert file.read_bytes() == b"someone else's work"
    assert not leftovers(file.parent)


def test_a_file_that_went_is_reported(file: Path) -> None:
    file.unlink()
    with pytest.raises(ConversionError, match=r"a\.py"):
        replace_content(file, b"new", digest(b"old"), "a.py")
    assert not file.exists()


def test_a_write_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(ConversionError, match="the disk is full"):
        replace_content(file, b"new", digest(b"old"), "a.py")
    assert file.read_bytes() == b"old"
    assert not leftovers(file.parent)


_FILL = """
import sys, hashlib
from pathlib import Path
from porter.conversion.writing import replace_content
from porter.errors import ConversionError
path = Path(sys.argv[1]) / "a.py"
path.write_bytes(b"old")
try:
    replace_content(path, b"x" * 1_000_000, hashlib.sha256(b"old").hexdigest(), "a.py")
except ConversionError as error:
    print(error, path.read_bytes(), [name.name for name in path.parent.iterdir()])
"""


@pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0, reason="only the superuser can mount a small disk"
)
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=64k none {tmp_path} || exit 77; exec {sys.executable} -c '{_FILL}' {tmp_path}"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", mount], capture_output=True, text=True, check=False)
    if done.returncode in (1, 77) and not done.stdout:
        pytest.skip("no mounting here")
    assert done.stdout == "a.py: the disk is full: not written b'old' ['a.py']\n", done.stderr


_KILLED = """
import sys, hashlib
from pathlib import Path
from porter.conversion.writing import replace_content
path = Path(sys.argv[1])
contents = [bytes([65 + turn % 2]) * 300_000 for turn in range(2)]
turn = 0
while True:
    old, new = contents[turn % 2], contents[(turn + 1) % 2]
    replace_content(path, new, hashlib.sha256(old).hexdigest(), "a.py")
    turn += 1
    if turn == 3:
        print("working", flush=True)
"""


@pytest.mark.parametrize("moment", range(8))
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(file: Path, moment: int) -> None:
    file.write_bytes(b"A" * 300_000)
    process = subprocess.Popen([sys.executable, "-c", _KILLED, str(file)], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"working\n"
    time.sleep(0.0137 * (moment + 1))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert file.read_bytes() in (b"A" * 300_000, b"B" * 300_000)


_AS_NOBODY = textwrap.dedent("""
    import os, sys, hashlib
    from pathlib import Path
    from porter.conversion.writing import replace_content, write_content
    from porter.errors import ConversionError
    import shutil, tempfile, errno
    os.chdir(sys.argv[1])
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    for act in (
        lambda: replace_content(Path("readonly.py"), b"new", hashlib.sha256(b"old").hexdigest(), "readonly.py"),
        lambda: replace_content(Path("locked/a.py"), b"new", hashlib.sha256(b"old").hexdigest(), "locked/a.py"),
        lambda: write_content(Path("locked/b.py"), b"new", Path("readonly.py"), "locked/b.py"),
    ):
        try:
            act()
        except ConversionError as error:
            print(error)
    """)


def test_what_is_read_only_is_reported_and_left(tmp_path: Path) -> None:
    (tmp_path / "readonly.py").write_bytes(b"old")
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "a.py").write_bytes(b"old")
    (tmp_path / "readonly.py").chmod(0o444)
    (tmp_path / "locked" / "a.py").chmod(0o666)
    (tmp_path / "locked").chmod(0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
        if folder.name.startswith("pytest-of-"):
            break
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(tmp_path)], capture_output=True, text=True, check=False
    )
    (tmp_path / "locked").chmod(0o755)
    assert done.stdout.splitlines() == [
        "readonly.py: it is read-only: left as it was",
        "locked/a.py: permission denied: not written",
        "locked/b.py: permission denied: not written",
    ], done.stderr
    assert (tmp_path / "readonly.py").read_bytes() == (tmp_path / "locked" / "a.py").read_bytes() == b"old"


def test_out_gets_the_mode_of_the_source_and_is_left_when_it_is_right(file: Path, tmp_path: Path) -> None:
    file.chmod(0o755)
    goal = tmp_path / "out" / "deep" / "a.py"
    assert write_content(goal, b"new", file, "a.py")
    assert goal.read_bytes() == b"new" and stat.S_IMODE(goal.stat().st_mode) == 0o755
    assert not write_content(goal, b"new", file, "a.py")
    assert write_content(goal, b"other", file, "a.py")


def test_out_never_writes_through_a_link(file: Path, tmp_path: Path) -> None:
    goal = tmp_path / "out.py"
    goal.symlink_to(file)
    assert write_content(goal, b"new", file, "a.py")
    assert not goal.is_symlink() and file.read_bytes() == b"old"


def test_other_files_are_copied_once(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    source = OtherFile(file, "a.py", "a.py")
    goal = tmp_path / "out" / "a.py"
    assert copy_file(goal, source)
    assert goal.read_bytes() == b"old" and stat.S_IMODE(goal.stat().st_mode) == 0o640
    assert int(goal.stat().st_mtime) == int(file.stat().st_mtime)
    assert not copy_file(goal, source)


def test_links_are_made_and_replaced(tmp_path: Path) -> None:
    goal = tmp_path / "out" / "link.py"
    assert make_link(goal, Link(goal, "link.py", "link.py", "a.py"))
    assert not make_link(goal, Link(goal, "link.py", "link.py", "a.py"))
    assert make_link(goal, Link(goal, "link.py", "link.py", "b.py"))
    assert goal.readlink() == Path("b.py")
    assert not leftovers(tmp_path)
