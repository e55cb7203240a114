"""What a new user does: install, open a shell, press TAB, publish, and uninstall."""

import pytest

from support.repository import platforms
from support.terminal import Terminal
from support.tree import changes

# The commands that a shell runs first: the lines from install.sh --rc, and docker's completion.
# fish in a `Terminal` has its configuration in another directory.
SETUPS = {
    "bash": "unset HISTFILE; source ~/.bashrc; source <(docker completion bash)",
    "zsh": "source ~/.zshrc; compinit -u -D; source <(docker completion zsh)",
    "fish": "set --prepend fish_complete_path ~/.config/fish/completions\n"
            "source ~/.config/fish/config.fish; docker completion fish | source",
}


@pytest.mark.parametrize("shell", SETUPS)
def test_install_complete_publish_uninstall(home, app, shell):
    for arch in ("arm64", "amd64"):
        app.push(f"v1-{arch}", f"linux/{arch}")
    # fish creates these directories if they do not exist.
    for directory in (".local/share/fish", ".cache/fish"):
        (home.path / directory).mkdir(parents=True)
    before = relevant_files(home)
    home.install("--rc")
    with getattr(Terminal, shell)(home, SETUPS[shell]) as terminal:
        assert terminal.complete("docker manifestx p") == "docker manifestx publish "
        line = f"docker manifestx publish {app.at('v1')}"
        assert terminal.complete(f"{line} v1-ar") == f"{line} v1-arm64 "
        output = terminal.enter(f"{line} v1-arm64 v1-amd64")
        assert f"Published {app.at('v1')}" in output
        assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
        own = f"docker-manifestx inspect {app.at('v1-am')}"
        assert terminal.complete(own) == f"{own}d64 "
        if shell != "fish":
            assert "linux/amd64\n" in terminal.enter(f"mx_platforms {app.at('v1')}")
    home.uninstall()
    assert changes(before, relevant_files(home)) == []


def relevant_files(home):
    """All files except those of the shells themselves and of the terminal in this test."""
    return {
        name: content for name, content in home.tree().items()
        if not name.startswith(("terminal", ".zcompdump", ".local/share/fish", ".cache/fish"))
    }
