"""The shells that the helpers support, and a way to run a script in one of them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from support.plugin import REPOSITORY_ROOT, Plugin

HELPERS = REPOSITORY_ROOT / "helpers"

# Options that users set in zsh, and that can break scripts for other shells.
_ZSH_OPTIONS = (
    "setopt aliases err_return extended_glob glob_subst hist_subst_pattern ignore_braces "
    "ksh_arrays no_bare_glob_qual no_case_match no_clobber no_equals no_unset null_glob posix_builtins "
    "rc_expand_param sh_word_split typeset_silent warn_create_global; "
)

SHELLS = {
    "bash": ["bash", "--norc", "-c"],
    "zsh": ["zsh", "-f", "-c"],
    "dash": ["dash", "-c"],
    "busybox": ["busybox", "sh", "-c"],
}


def program(name):
    path = shutil.which(name)
    assert path, f"{name} is missing: apt-get install {name}"
    return path


@dataclass(frozen=True)
class Shell:
    """Runs scripts after `set -eu` and sourcing manifestx.sh, in zsh with `_ZSH_OPTIONS`."""

    name: str
    plugin: Plugin

    def run(self, script, code=0, **options):
        result = self.attempt(script, **options)
        assert result.returncode == code, f"{script}: {result.returncode}\n{result.output}"
        return result

    def attempt(self, script, **options):
        strict = (_ZSH_OPTIONS if self.name == "zsh" else "") + "set -eu"
        return self.plain(f'{strict}; . "{HELPERS}/manifestx.sh"\n{script}', **options)

    def plain(self, script, **options):
        """Runs the script without sourcing manifestx.sh."""
        first, *rest = SHELLS[self.name]
        return self.plugin.spawn([program(first), *rest, script], **options)


def path_with_only(directory, *programs):
    """A PATH variable with one directory, which holds only these programs."""
    directory = Path(directory)
    directory.mkdir()
    for path in programs:
        path = Path(path)
        (directory / path.name).symlink_to(path)
    return {"PATH": str(directory)}
