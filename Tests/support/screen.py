"""What a program makes of a terminal: `Screen` reads its output as a terminal does, and `run` is such a run.

Only what this program uses is understood; anything else fails.
"""

import re
import signal
import time

import pexpect  # Debian: python3-pexpect

_PIECES = re.compile(r"\x1b\[\d*[AJK]|[\r\n]|[^\x00-\x1f\x7f]+")


class Screen:
    """A terminal with rows of `width` characters, and as many of them as are needed."""

    def __init__(self, width):
        self.width = width
        self.rows = [""]
        self._row = self._column = 0

    def feed(self, text):
        """Obeys a piece of output."""
        rest = _PIECES.sub("", text)
        assert not rest, f"the terminal does not know {rest!r}"
        for piece in _PIECES.findall(text):
            self._obey(piece)
        return self

    @property
    def text(self):
        return "\n".join(self.rows).rstrip("\n")

    def _obey(self, piece):
        if piece == "\r":
            self._column = 0
        elif piece == "\n":
            self._row += 1
            if self._row == len(self.rows):
                self.rows.append("")
        elif piece.startswith("\x1b"):
            self._control(int(piece[2:-1] or 0), piece[-1])
        else:
            for character in piece:
                self._put(character)

    def _control(self, count, name):
        if name == "A":
            self._row = max(0, self._row - max(1, count))
            return
        assert count == 0
        self.rows[self._row] = self.rows[self._row][:self._column]
        if name == "J":
            del self.rows[self._row + 1:]

    def _put(self, character):
        if self._column == self.width:
            self._obey("\r")
            self._obey("\n")
        row = self.rows[self._row]
        self.rows[self._row] = row[:self._column].ljust(self._column) + character + row[self._column + 1:]
        self._column += 1


class TerminalRun:
    """A run on a terminal: each `frames` is the text of the screen after one of its writes."""

    def __init__(self, plugin, *arguments, width=80, environment=None):
        self.screen = Screen(width)
        self.frames = []
        self.output = ""
        self.child = pexpect.spawn(
            str(plugin.binary), list(arguments), encoding="utf-8", dimensions=(24, width), timeout=30,
            env={**plugin.environment, "TERM": "xterm", **(environment or {})},
        )

    def read(self, until=None):
        """Reads to the end, or until the screen contains a text."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            piece = self._piece()
            if piece is None:
                self.child.close()
                assert until is None, f"{until!r} was never shown:\n{self.output!r}"
                return self
            if not piece:
                continue
            self.output += piece
            self.frames.append(self.screen.feed(piece).text)
            if until and until in self.frames[-1]:
                return self
        raise AssertionError(f"it did not end:\n{self.output!r}")

    def _piece(self):
        """What was written at once, which the terminal may deliver in parts; None at the end."""
        piece = ""
        try:
            piece = self.child.read_nonblocking(1 << 16, timeout=1)
            while True:
                piece += self.child.read_nonblocking(1 << 16, timeout=0.02)
        except pexpect.TIMEOUT:
            return piece
        except pexpect.EOF:
            return piece or None

    def interrupt(self):
        self.child.kill(signal.SIGINT)
        return self.read()
