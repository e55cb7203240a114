"""A snapshot of a directory tree, to compare before and after."""

import hashlib
import os
import stat
from pathlib import Path


def tree(directory):
    """Each path below it, with its type, mode, owner, and content or link target."""
    found = {}
    for where, directories, files in os.walk(directory):
        for name in directories + files:
            path = Path(where, name)
            found[str(path.relative_to(directory))] = _describe(path)
    return found


def _describe(path):
    status = path.lstat()
    what = f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}"
    if path.is_symlink():
        return f"{what} -> {os.readlink(path)}"
    if not path.is_file():
        return what
    if status.st_size > 1 << 24:
        return f"{what} {status.st_size} bytes"  # Too large to hash every time.
    return f"{what} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def changes(before, after):
    """The paths that were added, removed or changed."""
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )
