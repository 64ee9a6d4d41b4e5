"""Finished evidence on disk: JSON files keyed by digest, written atomically, verified on reading.

An entry is data, never code.  It is found only under the key made from the module, the
parts of the project it rests on and the versions; a damaged one is recomputed.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from theorems.kernel.evidence import digest


def folder():
    """Where entries are kept: $QED_CACHE, or the user's cache folder."""
    chosen = os.environ.get("QED_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home()/".cache"
    return Path(chosen) if chosen else Path(base)/"demonstrandum"


def read(key):
    """The value kept under `key`, or None if there is none or it is damaged."""
    try:
        entry = json.loads(_file(key).read_text(encoding="ascii"))
        if entry["key"] == key and entry["digest"] == digest(entry["value"]):
            return entry["value"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def write(key, value):
    """Keep `value` under `key`; other processes see the whole entry or none."""
    file = _file(key)
    text = json.dumps({"key": key, "digest": digest(value), "value": value}, allow_nan=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    except OSError:                # a cache that cannot be written costs time, not results
        return False
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
        os.replace(name, file)
    except OSError:                # a full disk, of which the part that was written is given back
        with contextlib.suppress(OSError):
            os.unlink(name)
        return False
    return True


def add(key, value):
    """Put `value` at the end of the list that grows under `key`.

    One write at the end of the file, so that two processes do not mix their lines; it begins a line, so that
    what a killed process left of its own does not swallow it.
    """
    line = f"\n{json.dumps([digest(value), value], allow_nan=False)}".encode("ascii")
    with contextlib.suppress(OSError):
        file = _list(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def added(key):
    """The list that grew under `key`, without the lines that are damaged or were cut off."""
    found = []
    with contextlib.suppress(OSError):
        for line in _list(key).read_bytes().split(b"\n"):
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                sealed, value = json.loads(line)
                if sealed == digest(value):
                    found.append(value)
    return found


def forget(key):
    """Take the list under `key` away."""
    with contextlib.suppress(OSError):
        _list(key).unlink()


def history(address, made):
    """Earlier standings of a theorem on this machine and the one `made` gives now: (statuses, list).

    `made(statuses)` is the standing {"status", "digest", "version"} after these; one that repeats the
    last is not added.
    """
    key = digest(["history", address])
    past = read(key) or []
    now = made([one["status"] for one in past])
    if past and past[-1] == now:
        return past
    write(key, [*past, now])
    return [*past, now]


@contextlib.contextmanager
def held(key):
    """Within, no other process or thread holds `key`: a second run waits for an entry, and does not make it again.

    The system frees what a killed process held.  Where nothing can be locked, work is done twice and stays right.
    """
    file = _file(key).with_suffix(".lock")
    handle = _locked(file)
    try:
        yield
    finally:
        if handle is not None:
            file.unlink(missing_ok=True)                   # before it is freed: who waits for it finds it gone
            os.close(handle)


def _locked(file):
    try:
        import fcntl
        file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(file)):
                    return handle
            os.close(handle)       # its holder has removed it: lock the one that others see now
    except (ImportError, OSError):
        return None


def _list(key):
    return _file(key).with_suffix(".lines")


def _file(key):
    return folder()/key[:2]/f"{key}.json"
