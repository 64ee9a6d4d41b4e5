"""Writing a file whole or not at all."""

import os
import tempfile
from argparse import ArgumentTypeError
from pathlib import Path

from theorems.kernel.loading.discover import Unusable


def output(name):
    """The name of a file to write, as it was typed; no Python text is overwritten."""
    if name.lower().endswith(".py"):
        raise ArgumentTypeError(f"{name} is the name of a Python file, which would be overwritten; write to another, "
                                f"for instance {Path(name).stem}.json")
    return name


def write(path, text):
    """Write text to a file atomically: a reader sees the old file or the whole new one."""
    path = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(name, 0o666 & ~_mask())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {error.strerror}") from None


def _mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
