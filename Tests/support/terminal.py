"""A real shell in a pseudo-terminal, and its command line after TAB.

`Terminal.bash(...)`, `.zsh(...)`, `.fish(...)` start a shell with none of the user's own settings.
Each binds ^G to writing its command line to a file, so that tests read the line exactly instead of
from the screen. What the shell printed after TAB (the list of candidates) is in `screen`.
"""

import re
import shlex

import pexpect  # Debian: python3-pexpect

from support.waiting import wait_for

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()=>].?|\x1b\][^\x07]*\x07|[\x07\x0e\x0f]")
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"

_BASH = """
PS1='READY> '
for setting in 'show-all-if-ambiguous on' 'bell-style none' 'completion-query-items 0' \\
    'page-completions off' 'enable-bracketed-paste off'; do bind "set $setting"; done
show() {{ printf %s "$READLINE_LINE" >{line}.new; mv {line}.new {line}; READLINE_LINE=; }}
bind -x '"\\C-g": show'
{setup}
"""

_ZSH = """
PROMPT='READY> '
autoload -U compinit && compinit -u -D
setopt auto_list no_list_ambiguous no_auto_menu no_beep
LISTMAX=1000
show() {{ printf %s "$BUFFER" >{line}.new; mv {line}.new {line}; BUFFER= }}
zle -N show
bindkey '^G' show
{setup}
"""

_FISH = """
function fish_prompt; echo 'READY> '; end
set -g fish_greeting ''
function show
    commandline | string collect >{line}.new
    mv {line}.new {line}
    commandline ''
end
bind \\cg show
{setup}
"""


class Terminal:
    """One shell, in the home of `plugin`: a `support.plugin.Plugin` or a `Home`."""

    def __init__(self, plugin, command, environment=None):
        self.shell = command[0]
        self.directory = plugin.home / "terminal"
        self.line = self.directory / "line"
        self._child = pexpect.spawn(
            command[0], command[1:], encoding="utf-8", codec_errors="replace", cwd=plugin.home,
            env={**plugin.environment, "TERM": "xterm", **(environment or {})},
            dimensions=(60, 200), timeout=30, echo=False,
        )
        self._child.delaybeforesend = None
        self.screen = ""
        self._child.expect("READY> ")
        wait_for(self._answers, "the shell reads keys")

    @classmethod
    def bash(cls, plugin, setup, completion=True):
        """With or without sourcing Debian's bash-completion first."""
        before = f"source {BASH_COMPLETION}\n" if completion else ""
        rc = _rc(plugin, "bashrc", _BASH, before + setup)
        return cls(plugin, ["bash", "--noprofile", "--rcfile", str(rc), "-i"])

    @classmethod
    def zsh(cls, plugin, setup):
        rc = _rc(plugin, ".zshrc", _ZSH, setup)
        return cls(plugin, ["zsh", "-d", "-i"], {"ZDOTDIR": str(rc.parent)})

    @classmethod
    def fish(cls, plugin, setup):
        rc = _rc(plugin, "fish/config.fish", _FISH, setup)
        return cls(plugin, ["fish", "-i"], {"XDG_CONFIG_HOME": str(rc.parent.parent)})

    def complete(self, text):
        """Types the text and TAB; returns the command line, and clears it.

        Where nothing was added, once more: on a busy machine, tags can come late, and are there at the next TAB.
        """
        line = self._complete(text)
        return line if line != text.rstrip("\n") else self._complete(text)

    def _complete(self, text):
        self._drain()
        self.line.unlink(missing_ok=True)
        self._child.send(text + "\t\x07")
        wait_for(self._is_shown, f"TAB after {text!r} is done")
        self.screen = self._drain()
        return self.line.read_text().rstrip("\n")

    def enter(self, command):
        """Runs a command, waits for the next prompt, and returns what was printed."""
        self._drain()
        self._child.send(f"{command}\n")
        self._child.expect("READY> ")
        return _ESCAPES.sub("", self._child.before).replace("\r\n", "\n")

    def close(self):
        self._child.close(force=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _answers(self):
        self._child.send("\x07")
        self._drain()
        return self.line.exists()

    def _is_shown(self):
        self.screen += self._drain()
        return self.line.exists()

    def _drain(self):
        """What the shell has printed since the last call, as text."""
        pieces = [self.screen]
        while True:
            try:
                pieces.append(self._child.read_nonblocking(1 << 16, timeout=0.1))
            except pexpect.TIMEOUT:
                break
        self.screen = ""
        return _ESCAPES.sub("", "".join(pieces))


def _rc(plugin, name, template, setup):
    directory = plugin.home / "terminal"
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template.format(line=shlex.quote(str(directory / "line")), setup=setup))
    return path
