"""What install.sh prints: what it does, what it would do, and what the user does next."""

import re

import pytest

from support.home import INSTALL
from support.plugin import built_binary
from support.tree import changes


def test_every_path_is_printed(home):
    before = home.tree()
    result = home.install("--rc")
    printed = set(re.findall(r"^(?:Installed|Changed): (.+)$", result.stderr, re.MULTILINE))
    made = {path for path in changes(before, home.tree()) if not (home.path / path).is_dir() or (home.path / path).is_symlink()}
    assert printed == {f"{home.path}/{path}" for path in made if not path.endswith("/installed")}
    assert "Open a new shell" in result.stderr
    assert not [path for path in made if "/fish/" in path and "mx_" in path], "fish does not have the functions"
    assert (home.path / ".bashrc").stat().st_mode & 0o777 == 0o644, "as without a umask of the user"
    again = home.install("--rc").stderr
    assert "Changed: " not in again and f"Not changed, because it has these lines: {home.path}/.bashrc\n" in again


def test_without_rc_the_missing_path_is_reported(home):
    result = home.install()
    assert f"add {home.path}/.local/bin to the PATH" in result.stderr
    on_path = home.install(PATH=f"{home.path}/.local/bin:{home.environment['PATH']}")
    assert "to the PATH" not in on_path.stderr
    assert "open a new shell" in result.stderr and "a new shell" not in on_path.stderr


def test_the_command_for_the_changes_has_the_same_options(home):
    result = home.install("--no-helpers", "--user")
    changes, warnings = result.stderr.split(f"To make these changes: ./install.sh --binary {built_binary()} --no-helpers --user --rc\n")
    assert "to the PATH" in changes and "WARNING: bash does not complete" in warnings
    assert "WARNING" not in changes, "--rc does not install docker's completion script"


@pytest.mark.parametrize("line, is_loaded", [
    ("", False), ("# . /etc/bash_completion\n", False),
    ("  . /usr/share/bash-completion/bash_completion\n", True), ("[ -f /etc/bash_completion ] && . /etc/bash_completion\n", True),
])
@pytest.mark.parametrize("options", [[], ["--rc"]])
def test_bash_that_does_not_load_bash_completion(home, line, is_loaded, options):
    """As for root, and in many containers."""
    (home.path / ".bashrc").write_text(line)
    advice = "add this line to ~/.bashrc: . /usr/share/bash-completion/bash_completion\n"
    assert (advice in home.install(*options).stderr) != is_loaded


@pytest.mark.parametrize("options", [[], ["--rc"]])
def test_zsh_that_does_not_start_completion(home, options):
    """The line that is advised is enough. -d: Ubuntu's file for all users starts it too early."""
    result = home.install(*options)
    [line] = re.findall(r"For tab completion in zsh, add this line to (?:the end of )?~/.zshrc: (.*)", result.stderr)
    with (home.path / ".zshrc").open("a") as file:
        file.write(line + "\n")
    completed = home.run("zsh", "-d", "-i", "-c", "print -r -- $_comps[docker-manifestx]")
    assert completed.stdout == "_docker-manifestx\n"


@pytest.mark.parametrize("line, is_loaded", [
    ("# compinit\n", False), ("autoload -Uz compinit && compinit\n", True), ("source $ZSH/oh-my-zsh.sh\n", True),
])
def test_zsh_that_starts_completion(home, line, is_loaded):
    (home.path / ".zshrc").write_text(line)
    assert ("add this line to ~/.zshrc, before compinit: fpath=" in home.install().stderr) == is_loaded
    assert ("add this line to the end of ~/.zshrc" in home.install("--rc").stderr) != is_loaded


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_missing_completion_script_of_docker_is_reported(home, shell):
    warning = f"WARNING: {shell} does not complete “docker manifestx”"
    result = home.install()
    [line] = [line for line in result.stderr.splitlines() if line.startswith(warning)]
    home.run("sh", "-c", line.split("To install it: ")[1])
    assert warning not in home.install().stderr



def test_dry_run_changes_nothing(home):
    before = home.tree()
    result = home.install("--dry-run", "--rc", "--demo")
    assert f"Would install {home.path}/.docker/cli-plugins/docker-manifestx" in result.stdout
    assert f"Would add to the top of {home.path}/.bashrc" in result.stdout
    assert changes(before, home.tree()) == []
    home.install()
    before = home.tree()
    result = home.uninstall("--dry-run")
    assert f"Would remove file {home.path}/.docker/cli-plugins/docker-manifestx" in result.stdout
    assert changes(before, home.tree()) == []


def test_help_is_printed(home):
    result = home.run(INSTALL, "--help")
    assert result.stdout.startswith("Usage:  ./install.sh")
