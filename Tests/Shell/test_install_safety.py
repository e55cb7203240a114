"""install.sh keeps files that it did not install, and files that were changed since."""

import hashlib
import os
import re
import shutil

import pytest

from support.home import INSTALL
from support.plugin import REPOSITORY_ROOT, built_binary
from support.tree import changes

LIST = ".local/share/docker-manifestx/installed"
END = "# <<< docker-manifestx <<<\n"


@pytest.mark.parametrize("name, aside", [
    (".local/bin/image_push.sh", "image_push.sh.orig"),
    # docker would take docker-manifestx.orig for another plugin.
    (".docker/cli-plugins/docker-manifestx", "manifestx.orig"),
])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_of_the_user_is_moved_aside(home, name, aside, kind):
    script = home.path / name
    script.parent.mkdir(parents=True)
    other = home.path / "other"
    other.write_text("# a script of the user")
    if kind == "link":
        script.symlink_to(other)
    else:
        other.rename(script)
    (script.parent / aside).write_text("an earlier one")
    aside = script.parent / f"{aside}.1"
    notice = f"{script} to {aside}, because install.sh did not install it"
    before = home.tree()
    assert f"Would move {notice}" in home.install("--dry-run").stdout
    assert changes(before, home.tree()) == []
    assert f"Moved: {notice}" in home.install().stderr
    assert aside.is_symlink() == (kind == "link")
    assert aside.read_text() == "# a script of the user"
    assert not script.is_symlink() and script.read_text(errors="ignore") != "# a script of the user"
    assert "Moved" not in home.install().stderr
    [restore] = re.findall("To restore the file that was here before: (mv .*)", home.uninstall().stderr)
    assert aside.exists() and not script.exists()
    home.run("sh", "-c", restore)
    assert script.read_text() == "# a script of the user"


@pytest.mark.parametrize("name", [".docker/cli-plugins/docker-manifestx", ".bashrc", ".docker/config.json"])
def test_a_pipe_is_not_read(home, name):
    """Nobody writes to it."""
    if name == ".docker/config.json":
        home.install()  # docker itself reads the pipe, so it is not there yet.
    (home.path / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(home.path / name)
    if name != ".docker/config.json":
        home.install()
    home.uninstall()


def test_files_that_are_identical_are_adopted(home):
    """The plugin was copied by hand, before its debug symbols were removed."""
    plugin = home.path / ".docker/cli-plugins/docker-manifestx"
    helper = home.path / ".local/bin/image_push.sh"
    for source, target in [(built_binary(), plugin), (REPOSITORY_ROOT / "helpers/image_push.sh", helper)]:
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)
    (helper.parent / "docker-manifestx").symlink_to(plugin)
    result = home.install()
    assert "Moved" not in result.stderr
    assert f"Replaced: {plugin}, a copy that install.sh did not install\n" in result.stderr
    assert not list(home.path.rglob("*.orig"))
    assert "restore" not in home.uninstall().stderr
    assert not plugin.exists() and list(helper.parent.iterdir()) == []


def test_a_directory_in_the_way_is_an_error(home):
    plugin = home.path / ".docker/cli-plugins/docker-manifestx"
    plugin.mkdir(parents=True)
    before = home.tree()
    result = home.attempt(INSTALL, "--binary", built_binary())
    assert result.returncode == 1 and f"ERROR: {plugin} is a directory\n" in result.stderr
    assert changes(before, home.tree()) == [], "everything is checked before anything is installed"


def test_links_of_another_user_are_not_followed(home):
    """Root, with a home directory whose owner this system does not know."""
    elsewhere = home.path.parent / "elsewhere"
    elsewhere.mkdir()
    (home.path / ".docker").symlink_to(elsewhere)
    os.lchown(home.path / ".docker", 12345, 12345)
    os.chown(home.path, 12345, 12345)
    result = home.attempt(INSTALL, "--binary", home.small_program())
    assert result.returncode == 1
    assert f"ERROR: {home.path}/.docker is a link that belongs to another user\n" in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_changed_file_is_not_removed(home):
    home.install()
    script = home.path / ".local/bin/manifestx.sh"
    script.write_text("# mine now")
    assert str(script) in home.uninstall().stderr
    assert script.read_text() == "# mine now"
    assert not (home.path / ".docker/cli-plugins/docker-manifestx").exists()


def test_an_older_version_is_replaced_and_removed(home):
    before = home.tree()
    older = home.path.parent / "older"
    older.write_text(f'#!/bin/sh\nexec "{built_binary()}" "$@"\n')
    older.chmod(0o755)
    home.run(INSTALL, "--binary", older)
    home.install()
    home.uninstall()
    assert changes(before, home.tree()) == []


@pytest.mark.parametrize("options", [["--uninstall"], ["--rc", "--binary", str(built_binary())]])
def test_a_broken_block_loses_no_line_of_the_user(home, options):
    bashrc = home.path / ".bashrc"
    bashrc.write_text("alias one=1\nalias two=2\n")
    home.install("--rc")
    broken = bashrc.read_text().replace(END, "")
    bashrc.write_text(broken)
    result = home.attempt(INSTALL, *options)
    assert result.returncode == 1 and str(bashrc) in result.stderr
    assert bashrc.read_text() == broken
    bashrc.write_text("alias one=1\n")
    home.uninstall()
    assert bashrc.read_text() == "alias one=1\n"


def test_a_block_with_windows_line_ends_is_removed(home):
    bashrc = home.path / ".bashrc"
    bashrc.write_text("alias one=1\n")
    home.install("--rc")
    bashrc.write_bytes(bashrc.read_bytes().replace(b"\n", b"\r\n"))
    home.uninstall()
    assert bashrc.read_bytes() == b"alias one=1\r\n"


def test_an_interrupted_run_can_be_uninstalled(home):
    before = home.tree()
    done = home.attempt("bash", "-c", f'"{INSTALL}" --binary "{built_binary()}" --rc 2>&1 | head -n 0')
    assert done.returncode == 0
    home.attempt("bash", "-c", f'timeout --signal KILL 1 "{INSTALL}" --binary "{built_binary()}"')
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_failed_uninstalling_can_be_repeated(home):
    before = home.tree()
    home.install()
    page = home.path / ".local/share/man/man1/docker-manifestx.1"
    home.run("chattr", "+i", page)
    try:
        result = home.attempt(INSTALL, "--uninstall")
    finally:
        home.run("chattr", "-i", page)
    assert result.returncode == 1 and str(page) in result.stderr
    assert page.exists() and not (home.path / ".docker").exists()
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_relative_paths_in_the_environment(home):
    """DOCKER_CONFIG starts at the working directory. Relative XDG variables are ignored.

    bash-completion's variable can list several directories.
    """
    variables = {"DOCKER_CONFIG": "rel", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": ".",
                 "BASH_COMPLETION_USER_DIR": f"{home.path}/first:{home.path}/second"}
    clone = home.path / "docker-manifestx"
    clone.mkdir()
    (clone / "work").write_text("of the user")
    before = home.tree()
    home.install(**variables)
    assert (home.path / "rel/cli-plugins/docker-manifestx").is_file()
    assert (home.path / LIST).is_file() and not (home.path / "data").exists()
    assert (home.path / "first/completions/docker-manifestx").is_file()
    other = home.path.parent / "rel/cli-plugins/docker-manifestx"
    other.parent.mkdir(parents=True)
    other.write_text("of another user")
    home.run("sh", "-c", f'cd .. && "{INSTALL}" --uninstall', **variables)
    assert changes(before, home.tree()) == []
    assert other.read_text() == "of another user"


def test_a_copied_home_does_not_remove_the_files_of_the_original(home):
    home.install("--rc")
    copy = home.path.parent / "copy"
    shutil.copytree(home.path, copy, symlinks=True)
    before = home.tree()
    result = home.attempt(INSTALL, "--uninstall", HOME=str(copy))
    assert result.returncode == 1
    assert f"ERROR: the list {copy / LIST} is a copy of that in {home.path}/.local/share, so nothing was removed\n" in result.stderr
    home.install("--rc", HOME=str(copy))
    home.uninstall(HOME=str(copy))
    assert changes(before, home.tree()) == []
    assert not (copy / ".docker/cli-plugins/docker-manifestx").exists()
    home.uninstall()


def test_settings_in_config_json_are_kept_and_named(home):
    home.install()
    assert "plugins" not in home.uninstall().stderr
    home.install()
    home.run("docker", "manifestx", "hooks", "enable")
    config = home.path / ".docker/config.json"
    assert f"Not removed: “manifestx” in “plugins” of {config}" in home.uninstall().stderr
    assert "manifestx" in config.read_text()


def test_nothing_outside_the_prefix_is_removed(home):
    prefix = home.path / "prefix"
    home.install("--prefix", prefix)
    outside = home.path / "outside"
    outside.write_text("x\n")
    fingerprint = hashlib.sha256(b"x\n").hexdigest()
    with (prefix / "share/docker-manifestx/installed").open("a") as records:
        records.write(f"file {fingerprint} {outside}\nfile {fingerprint} {prefix}/../outside\n")
    home.uninstall("--prefix", prefix)
    assert outside.exists()


@pytest.mark.parametrize("kind", ["own", "other user", "link", "other lines"])
def test_only_an_own_unfinished_list_is_used(home, kind):
    """A run that was killed leaves it in a parent directory, where other users may make files."""
    mine = home.path / "mine"
    mine.write_text("x\n")
    planted = home.path.parent / ".docker-manifestx.installed"
    place = home.path.parent / "elsewhere" if kind == "link" else planted
    fingerprint = hashlib.sha256(b"x\n").hexdigest()
    place.write_text(f"file {fingerprint} {mine}\n" + ("notes\n" if kind == "other lines" else ""))
    if kind == "link":
        planted.symlink_to(place)
    elif kind == "other user":
        os.chown(place, 12345, 12345)
    assert ("Nothing to remove" in home.uninstall().stdout) == (kind != "own")
    assert mine.exists() == (kind != "own")


@pytest.mark.parametrize("case", ["link", "cdpath", "posix"])
def test_it_runs_through_a_link_and_with_variables_of_the_shell(home, case):
    bashrc = home.path / ".bashrc"
    bashrc.write_text("alias ll='ls -l'\n")
    before = bashrc.read_text()
    link = home.path.parent / "install"
    link.symlink_to(INSTALL)
    command, variables = {
        "link": ([link], {}), "cdpath": ([INSTALL], {"CDPATH": f"{REPOSITORY_ROOT}:."}),
        "posix": ([INSTALL], {"POSIXLY_CORRECT": "1"}),
    }[case]
    home.run(*command, "--binary", built_binary(), "--rc", **variables)
    assert bashrc.read_text() != before
    home.uninstall(**variables)
    assert bashrc.read_text() == before


def test_a_missing_home_variable_is_an_error(home):
    result = home.attempt("env", "-u", "HOME", INSTALL, "--binary", built_binary())
    assert result.returncode == 1 and "HOME" in result.stderr and "unbound" not in result.stderr
