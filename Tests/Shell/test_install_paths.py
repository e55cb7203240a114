"""install.sh with links in the home directory, unusual names, and several spellings of a path."""

import os

import pytest

from support.home import INSTALL, Home
from support.tree import changes

PROGRAM = ".local/bin/docker-manifestx"
SPELLINGS = ["{home}/", "{home}//", "{above}/./{name}", "{above}/link", "{above}/link/"]


def install_small(home, *options, **variables):
    return home.run(INSTALL, "--binary", home.small_program(), *options, **variables)


@pytest.mark.parametrize("link", [".local", ".local/bin", ".docker"])
def test_a_directory_may_be_a_link(home, link):
    """The directory that it leads to has another depth."""
    elsewhere = home.path.parent / "a/b/c/d"
    elsewhere.mkdir(parents=True)
    (home.path / link).parent.mkdir(exist_ok=True)
    (home.path / link).symlink_to(elsewhere)
    before = home.tree()
    install_small(home)
    home.run(home.path / PROGRAM, "version")
    install_small(home)
    home.uninstall()
    assert changes(before, home.tree()) == []
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_spellings_of_the_home_directory_are_equal(home, spelling):
    (home.path.parent / "link").symlink_to(home.path)
    name = spelling.format(home=home.path, above=home.path.parent, name=home.path.name)
    before = home.tree()
    install_small(home, "--rc", HOME=name)
    installed = home.tree()
    install_small(home, "--rc")
    install_small(home, "--rc", HOME=name)
    assert changes(installed, home.tree()) == []
    home.uninstall()
    assert changes(before, home.tree()) == []
    install_small(home, "--rc")
    home.uninstall(HOME=name)
    assert changes(before, home.tree()) == []


def test_messages_use_the_spelling_of_the_user(home):
    link = home.path.parent / "link"
    link.symlink_to(home.path)
    assert f"Installed: {link}/.docker/" in install_small(home, "--rc", HOME=f"{link}/").stderr
    assert f"'{link}/.local/bin'" in (home.path / ".bashrc").read_text()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_spellings_of_the_prefix_are_equal(home, spelling):
    prefix = home.path / "prefix"
    prefix.mkdir()
    (home.path / "link").symlink_to(prefix)
    name = spelling.format(home=prefix, above=home.path, name="prefix")
    install_small(home, "--prefix", name)
    install_small(home, "--prefix", prefix)
    home.uninstall("--prefix", name)
    assert list(prefix.iterdir()) == []


NAMES = ["tab\tand space", "ümläut", "quote's", "back\\slash\\\\es", "dollar$x", "a~b#c^d", "'"]
SHELLS = [["bash", "-i"], ["zsh", "-o", "extendedglob", "-o", "rcquotes", "-i"], ["fish"]]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("name", NAMES)
def test_every_shell_supports_a_home_with_any_name(tmp_path, name, locale):
    """The locale during the installation does not matter."""
    home = Home(tmp_path / name)
    install_small(home, "--rc", LC_ALL=locale)
    for shell in SHELLS:
        found = home.attempt(*shell, "-c", "command -v docker-manifestx")
        assert found.stdout == f"{home.path}/{PROGRAM}\n", (shell, found.output)
    home.uninstall(LC_ALL=locale)
    assert not (home.path / ".bashrc").exists()


def test_a_broken_link_is_broken_again_after_uninstalling(home):
    for name, to in ((".bashrc", "dotfiles/deep/bashrc"), (".zshrc", "zshrc")):
        (home.path / name).symlink_to(to)
    before = home.tree()
    install_small(home, "--rc")
    assert (home.path / "dotfiles/deep/bashrc").is_file()
    assert os.readlink(home.path / ".zshrc") == "zshrc"
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_a_dry_run_of_uninstall_shows_what_it_would_do(home):
    (home.path / ".config/fish").mkdir(parents=True)
    (home.path / ".zshrc").write_text("# mine\n")
    install_small(home, "--rc")
    script = home.path / ".local/bin/manifestx.sh"
    script.write_text("# mine now\n")
    (home.path / ".local/share/man/man1/mine.1").write_text("mine")
    bashrc = home.path / ".bashrc"
    bashrc.write_text(bashrc.read_text().replace("# <<<", "# <"))
    installed = home.tree()
    shown = home.uninstall("--dry-run").stdout.splitlines()
    assert changes(installed, home.tree()) == []
    assert f"Would not remove, because it was changed: {script}" in shown
    assert f"Would remove lines from {home.path}/.zshrc" in shown
    assert [
        line for line in shown
        if line.startswith("Would not remove lines: ") and f"in {bashrc} do not form a pair" in line
    ]
    assert home.attempt(INSTALL, "--uninstall").returncode == 1, "because of .bashrc"
    removed = installed.keys() - home.tree().keys()
    assert {f"{home.path}/{name}" for name in removed} == {
        line.split(" ", 3)[3] for line in shown
        if line.startswith(("Would remove file", "Would remove directory"))
    } - {f"{home.path}/.local/share/docker-manifestx"}
