"""Finds secrets where they must not be: in output, and in the command lines of processes.

It looks for a secret as it is, and in the encodings in which it is sent to a registry.
"""

import base64
import functools
import threading
import urllib.parse
from pathlib import Path


@functools.cache
def encodings_of(secret, user=""):
    """A secret as it is, percent-encoded, and in base64 alone and after `user:`."""
    pairs = [text.encode() for text in (secret, f"{user}:{secret}")]
    encoded = [base64.b64encode(pair).decode().rstrip("=") for pair in pairs]
    encoded += [base64.urlsafe_b64encode(pair).decode().rstrip("=") for pair in pairs]
    quoted = [urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)]
    return {secret, *quoted, *encoded}


def leaks(text, secrets):
    """The encodings of the (user, secret) pairs that the text contains."""
    return sorted(
        form for user, secret in secrets for form in encodings_of(secret, user) if form in text
    )


class CommandLineWatch:
    """Searches the command lines of all processes repeatedly, inside a `with` block."""

    def __init__(self, secrets, every=0.001):
        self._secrets = secrets
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.looks = 0
        self.found = set()

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _watch(self):
        while not self._stop.wait(self._every):
            self.looks += 1
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                self.found.update(leaks(_read(path), self._secrets))


def _read(path):
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""  # The process has ended.
