"""The way of a new user: install, open a shell, TAB, publish, uninstall, and nothing is left."""

import pytest

from support.repository import platforms
from support.terminal import Terminal
from support.tree import changes

# What a shell reads at its start: what install.sh --rc wrote, and docker's own completion. A terminal's fish has its
# configuration elsewhere.
SETUPS = {
    "bash": "unset HISTFILE; source ~/.bashrc; source <(docker completion bash)",
    "zsh": "source ~/.zshrc; compinit -u -D; source <(docker completion zsh)",
    "fish": "set --prepend fish_complete_path ~/.config/fish/completions\n"
            "source ~/.config/fish/config.fish; docker completion fish | source",
}


@pytest.mark.parametrize("shell", SETUPS)
def test_the_whole_way(home, app, shell):
    for arch in ("arm64", "amd64"):
        app.push(f"v1-{arch}", f"linux/{arch}")
    for directory in (".local/share/fish", ".cache/fish"):  # fish makes them if nobody else does.
        (home.path / directory).mkdir(parents=True)
    before = left(home)
    home.install("--rc")
    with getattr(Terminal, shell)(home, SETUPS[shell]) as terminal:
        assert terminal.complete("docker manifestx p") == "docker manifestx publish "
        line = f"docker manifestx publish {app.at('v1')}"
        assert terminal.complete(f"{line} v1-ar") == f"{line} v1-arm64 "
        said = terminal.enter(f"{line} v1-arm64 v1-amd64")
        assert f"Published {app.at('v1')}" in said
        assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
        own = f"docker-manifestx inspect {app.at('v1-am')}"
        assert terminal.complete(own) == f"{own}d64 "
        if shell != "fish":
            assert "linux/amd64\n" in terminal.enter(f"mx_platforms {app.at('v1')}")
    home.uninstall()
    assert changes(before, left(home)) == []


def left(home):
    """But for what the shells themselves, and this test's terminal, keep."""
    return {
        name: content for name, content in home.tree().items()
        if not name.startswith(("terminal", ".zcompdump", ".local/share/fish", ".cache/fish"))
    }
