"""Results kept between runs: small files named by a digest of everything that decides their content.

Every entry carries a checksum, is written aside and moved into place, and is thrown away when anything about it is wrong;
so processes may share the folder, and a broken disk or a killed run costs time, never correctness.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import tempfile
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAGIC = b"porter-cache-1\n"
_DIGEST_BYTES = 32
_MAX_BYTES = 256 * 1024 * 1024
_PRUNE_EVERY_SECONDS = 3600
# A hit makes an entry young again, but not more often than this.
_TOUCH_AFTER_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache in `folder`; without a folder it keeps nothing."""

    folder: Path | None

    def key(self, kind: str, parts: Iterable[str | bytes]) -> str:
        """The name of the entry that `parts` decide."""
        digest = hashlib.sha256(kind.encode())
        for part in parts:
            data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
        return digest.hexdigest()

    def get(self, key: str) -> Any | None:
        """What was kept under `key`, or None."""
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head = len(_MAGIC) + _DIGEST_BYTES
        body = data[head:]
        if data[: len(_MAGIC)] != _MAGIC or hashlib.sha256(body).digest() != data[len(_MAGIC) : head]:
            self._drop(path)
            return None
        try:
            value = _Reader(io.BytesIO(zlib.decompress(body))).load()
        except Exception:  # an entry of another version of porter may fail in any way
            self._drop(path)
            return None
        self._touch(path)
        return value

    def put(self, key: str, value: Any) -> None:
        """Keep `value`, made of porter's values and plain data; a folder that cannot be written keeps nothing."""
        if self.folder is None:
            return
        path = self._path(key)
        body = zlib.compress(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL), 1)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, _MAGIC + hashlib.sha256(body).digest() + body)

    def prune(self) -> None:
        """Keep the folder within its bound, the entries unused for longest going first; looks at most once an hour."""
        if self.folder is None:
            return
        stamp = self.folder / "pruned"
        with contextlib.suppress(OSError):
            if time.time() - stamp.stat().st_mtime < _PRUNE_EVERY_SECONDS:
                return
        with contextlib.suppress(OSError):
            _prune(self.folder, _MAX_BYTES)
            stamp.touch()

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / key[2:]

    @staticmethod
    def _touch(path: Path) -> None:
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCH_AFTER_SECONDS:
                os.utime(path)

    @staticmethod
    def _drop(path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()


NO_CACHE = Cache(None)


def default_folder() -> Path:
    """Where conversions are cached: below `PORTER_CACHE`, or the user's cache folder."""
    chosen = os.environ.get("PORTER_CACHE")
    if chosen:
        return Path(chosen) / "conversions"
    import platformdirs

    return Path(platformdirs.user_cache_dir("porter", appauthor=False)) / "conversions"


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _prune(folder: Path, max_bytes: int) -> None:
    entries: list[tuple[float, int, str]] = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - many entries
            with contextlib.suppress(OSError):
                status = os.stat(path)  # noqa: PTH116
                entries.append((status.st_mtime, status.st_size, path))
    excess = sum(size for _, size, _ in entries) - max_bytes
    if excess <= 0:
        return
    for _, size, path in sorted(entries):
        if excess <= -max_bytes // 5:
            return
        with contextlib.suppress(OSError):
            Path(path).unlink()
        excess -= size


class _Reader(pickle.Unpickler):
    """Reads porter's own values and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("porter.") or (module, name) == ("builtins", "frozenset"):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the cache")
