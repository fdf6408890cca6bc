"""The packages that programs under test need, for Pythons that do not have them, in a cache of porter's own.

The legacy environment holds, for CPython 2.7, the last releases that support it, pinned by hash. Python 3's pip downloads the
wheels and they are unpacked here, so 2.7 needs no pip. A modern environment holds gevent for a Python 3 that has none.
Installing is atomic: several porters may do it at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from porter.errors import VerificationError
from porter.interpreters import Interpreter, all_python3

# Project, version and the hashes of its wheels for CPython 2.7 (cp27m and cp27mu, Linux and macOS) or for any Python 2.
LEGACY: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "gevent",
        "22.10.2",
        (
            "1e1286a76f15b5e15f1e898731d50529e249529095a032453f2c101af3fde71c",
            "4e2f008c82dc54ec94f4de12ca6feea60e419babb48ec145456907ae61625aa4",
            "97cd42382421779f5d82ec5007199e8a84aa288114975429e4fd0a98f2290f10",
        ),
    ),
    (
        "greenlet",
        "2.0.2",
        (
            "9d14b83fab60d5e8abe587d51c75b252bcc21683f24699ada8fb275d7712f5a9",
            "d27ec7509b9c18b6d73f2f5ede2622441de812e7b1a80bbd446cb0633bd3d5ae",
            "bdfea8c661e80d3c1c99ad7c3ff74e6e87184895bbaca6ee8cc61209f8b9b85d",
        ),
    ),
    ("futures", "3.4.0", ("5ec20fa8bdccf96ac9bf9fb2473f51b14c117db638aa8a4a6c27b43532a0efe9",)),
    # gevent.monkey imports the three below.
    (
        "zope.interface",
        "5.4.0",
        (
            "273f158fabc5ea33cbc936da0ab3d4ba80ede5351babc4f577d768e057651531",
            "9a9845c4c6bb56e508651f005c4aeb0404e518c6f000d5a1123ab077ab769f5c",
            "08f9636e99a9d5410181ba0729e0408d3d8748026ea938f3b970a0249daa8192",
            "b0297b1e05fd128d26cc2460c810d42e205d16d76799526dfa8c8ccd50e74959",
            "7df1e1c05304f26faa49fa752a8c690126cf98b40b91d54e6e9cc3b7d6ffe8b7",
        ),
    ),
    ("zope.event", "4.6", ("73d9e3ef750cca14816a9c322c7250b0d7c9dbc337df5d1b807ff8d3d0b9e97c",)),
    ("setuptools", "44.1.1", ("27a714c09253134e60a6fa68130f78c7037e5562c4f21f8f318f2ae900d152d5",)),
)
MODERN = ("gevent", "greenlet", "zope.event", "zope.interface")

# Modules whose use in a program means that it needs the packages.
LEGACY_MODULES = ("gevent", "greenlet", "concurrent", "zope")
MODERN_MODULES = ("gevent", "greenlet")

_INSTALL_SECONDS = 600


@dataclass(frozen=True, slots=True)
class PackageState:
    """What one interpreter has of the packages that porter may need for it."""

    interpreter: Interpreter
    wanted: tuple[str, ...]
    folder: Path
    state: str  # "own": the interpreter has them itself; "cached"; "missing"; "none": there are none for it

    @property
    def missing(self) -> bool:
        return self.state == "missing"


def cache_folder() -> Path:
    """Where porter keeps what it can make again; `PORTER_CACHE` says otherwise."""
    given = os.environ.get("PORTER_CACHE")
    if given:
        return Path(given).absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("porter"))


def state(interpreter: Interpreter) -> PackageState:
    wanted = requirements(interpreter)
    folder = _folder(interpreter, wanted)
    if interpreter.implementation != "CPython":
        found = "none"
    elif folder.is_dir():
        found = "cached"
    elif not interpreter.is_python2 and _has_own(interpreter):
        found = "own"
    else:
        found = "missing"
    return PackageState(interpreter, wanted, folder, found)


def ensure(interpreter: Interpreter) -> Path | None:
    """The folder to add to the path of this interpreter, installed now if need be; None where nothing is to be added."""
    found = state(interpreter)
    if found.state in ("own", "none"):
        return None
    if found.missing:
        _install(found)
    return found.folder


def requirements(interpreter: Interpreter) -> tuple[str, ...]:
    """What is installed for an interpreter: for Python 3, what runs beside porter itself, so that all versions agree."""
    if interpreter.is_python2:
        return tuple(f"{name}=={pinned}" for name, pinned, _ in LEGACY)
    if interpreter.minor < sys.version_info[:2]:
        # Too old for today's releases: the newest that supports it.
        return MODERN
    found: list[str] = []
    for name in MODERN:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            found.append(name)
    return tuple(found)


def _folder(interpreter: Interpreter, wanted: tuple[str, ...]) -> Path:
    hashes = [sha for _, _, shas in LEGACY for sha in shas] if interpreter.is_python2 else []
    digest = hashlib.sha256("\n".join([*wanted, *hashes]).encode()).hexdigest()[:12]
    return cache_folder() / "packages" / f"{interpreter.abi}-{sys.platform}-{interpreter.machine}-{digest}"


def _has_own(interpreter: Interpreter) -> bool:
    question = "import importlib.util as u, sys; sys.exit(u.find_spec('gevent') is None)"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([interpreter.path, "-c", question], env=environment, check=False, capture_output=True)
    return done.returncode == 0


def _install(wanted: PackageState) -> None:
    parent = wanted.folder.parent
    parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".installing-", dir=parent))
    try:
        wheels, unpacked = work / "wheels", work / "unpacked"
        wheels.mkdir()
        unpacked.mkdir()
        _download(wanted.interpreter, wanted.wanted, work, wheels)
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(unpacked)
        # A namespace package, which 2.7 does not find by itself.
        if (unpacked / "zope").is_dir():
            (unpacked / "zope" / "__init__.py").touch()
        compile_folder(wanted.interpreter, unpacked)
        _put_in_place(unpacked, wanted.folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def compile_folder(interpreter: Interpreter, folder: Path) -> None:
    """Compile a folder's modules once, since runs write no bytecode."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [interpreter.path, "-m", "compileall", "-q", "."]
    # Some test data in these packages is for another Python and does not compile.
    subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, timeout=_INSTALL_SECONDS)


def _put_in_place(made: Path, final: Path) -> None:
    try:
        made.rename(final)
    except OSError:
        # Somebody else was faster; theirs is as good.
        if not final.is_dir():
            raise


def _download(interpreter: Interpreter, wanted: tuple[str, ...], work: Path, wheels: Path) -> None:
    listing = work / "requirements.txt"
    major, minor = interpreter.minor
    hashes = {f"{name}=={pinned}": shas for name, pinned, shas in LEGACY} if interpreter.is_python2 else {}
    lines = [" ".join([need, *(f"--hash=sha256:{sha}" for sha in hashes.get(need, ()))]) for need in wanted]
    listing.write_text("\n".join(lines) + "\n", "utf-8")
    command = [*_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(wheels), "--requirement", str(listing)]
    command += ["--implementation", "cp", "--python-version", f"{major}{minor}"]
    command += ["--require-hashes", "--abi", interpreter.abi] if interpreter.is_python2 else []
    for platform in _platforms(interpreter.machine):
        command += ["--platform", platform]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_INSTALL_SECONDS)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        problem = next(
            (line for line in reversed(said) if line.startswith("ERROR")), said[-1] if said else "pip failed"
        )
        raise VerificationError(
            f"the packages for {interpreter.name} could not be downloaded: {problem}",
            hint="porter doctor --install tries again",
        )


def _pip() -> list[str]:
    """The command for a pip: that of the Python that runs porter, or, since not every environment has one, of another."""
    for path in (sys.executable, *(found.path for found in all_python3())):
        command = [path, "-m", "pip"]
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    raise VerificationError("no Python 3 with pip was found to download packages", hint="python3 -m ensurepip")


def _platforms(machine: str) -> list[str]:
    if sys.platform == "darwin":
        return [f"macosx_{major}_{minor}_{machine}" for major, minor in ((14, 0), (11, 0), (10, 14), (10, 9))]
    glibc = [f"manylinux_2_{minor}_{machine}" for minor in (34, 31, 28, 27, 24, 17)]
    return [*glibc, *(f"manylinux{name}_{machine}" for name in ("2014", "2010", "1")), f"linux_{machine}"]
