"""install.sh where a home has links in it, or a name that is unusual or spelled in another way."""

import os

import pytest

from support.home import INSTALL, Home
from support.tree import changes

PROGRAM = ".local/bin/docker-manifestx"
SPELLINGS = ["{home}/", "{home}//", "{above}/./{name}", "{above}/link", "{above}/link/"]


def small(home, *options, **variables):
    return home.run(INSTALL, "--binary", home.small_program(), *options, **variables)


@pytest.mark.parametrize("link", [".local", ".local/bin", ".docker"])
def test_a_directory_may_be_a_link(home, link):
    """To one that is more or less deep than it seems."""
    elsewhere = home.path.parent / "a/b/c/d"
    elsewhere.mkdir(parents=True)
    (home.path / link).parent.mkdir(exist_ok=True)
    (home.path / link).symlink_to(elsewhere)
    before = home.tree()
    small(home)
    home.run(home.path / PROGRAM, "version")
    small(home)
    home.uninstall()
    assert changes(before, home.tree()) == []
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_home_is_one_however_it_is_spelled(home, spelling):
    (home.path.parent / "link").symlink_to(home.path)
    name = spelling.format(home=home.path, above=home.path.parent, name=home.path.name)
    before = home.tree()
    small(home, "--rc", HOME=name)
    installed = home.tree()
    small(home, "--rc")
    small(home, "--rc", HOME=name)
    assert changes(installed, home.tree()) == []
    home.uninstall()
    assert changes(before, home.tree()) == []
    small(home, "--rc")
    home.uninstall(HOME=name)
    assert changes(before, home.tree()) == []


def test_what_people_see_is_the_name_that_they_gave(home):
    link = home.path.parent / "link"
    link.symlink_to(home.path)
    assert f"Installed: {link}/.docker/" in small(home, "--rc", HOME=f"{link}/").stderr
    assert f"'{link}/.local/bin'" in (home.path / ".bashrc").read_text()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_prefix_is_one_however_it_is_spelled(home, spelling):
    prefix = home.path / "prefix"
    prefix.mkdir()
    (home.path / "link").symlink_to(prefix)
    name = spelling.format(home=prefix, above=home.path, name="prefix")
    small(home, "--prefix", name)
    small(home, "--prefix", prefix)
    home.uninstall("--prefix", name)
    assert list(prefix.iterdir()) == []


NAMES = ["tab\tand space", "ümläut", "quote's", "back\\slash", "dollar$x", "a~b#c^d", "'"]
SHELLS = [["bash", "-i"], ["zsh", "-o", "extendedglob", "-o", "rcquotes", "-i"], ["fish"]]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("name", NAMES)
def test_every_shell_reads_a_home_of_any_name(tmp_path, name, locale):
    """Whatever the language was in which the lines were written."""
    home = Home(tmp_path / name)
    small(home, "--rc", LC_ALL=locale)
    for shell in SHELLS:
        found = home.attempt(*shell, "-c", "command -v docker-manifestx")
        assert found.stdout == f"{home.path}/{PROGRAM}\n", (shell, found.output)
    home.uninstall(LC_ALL=locale)
    assert not (home.path / ".bashrc").exists()


def test_a_link_to_nothing_leads_to_nothing_again(home):
    for name, to in ((".bashrc", "dotfiles/deep/bashrc"), (".zshrc", "zshrc")):
        (home.path / name).symlink_to(to)
    before = home.tree()
    small(home, "--rc")
    assert (home.path / "dotfiles/deep/bashrc").is_file()
    assert os.readlink(home.path / ".zshrc") == "zshrc"
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_a_dry_removal_tells_what_a_removal_does(home):
    (home.path / ".config/fish").mkdir(parents=True)
    (home.path / ".zshrc").write_text("# mine\n")
    small(home, "--rc")
    script = home.path / ".local/bin/manifestx.sh"
    script.write_text("# mine now\n")
    (home.path / ".local/share/man/man1/mine.1").write_text("mine")
    bashrc = home.path / ".bashrc"
    bashrc.write_text(bashrc.read_text().replace("# <<<", "# <"))
    installed = home.tree()
    told = home.uninstall("--dry-run").stdout.splitlines()
    assert changes(installed, home.tree()) == []
    assert f"Would leave, because it was changed: {script}" in told
    assert f"Would remove its lines from {home.path}/.zshrc" in told
    assert [line for line in told if line.startswith(f"Would leave its lines: In {bashrc}")]
    assert home.attempt(INSTALL, "--uninstall").returncode == 1, "because of .bashrc"
    removed = installed.keys() - home.tree().keys()
    assert {f"{home.path}/{name}" for name in removed} == {
        line.split(" ", 3)[3] for line in told
        if line.startswith(("Would remove file", "Would remove directory"))
    } - {f"{home.path}/.local/share/docker-manifestx"}
