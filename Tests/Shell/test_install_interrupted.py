"""install.sh when the disk is full, or when it is killed.

No file of the user is lost, and no temporary file remains.
"""

import os
import re

import pytest

from support.home import INSTALL
from support.plugin import built_binary
from support.tree import changes

MANY_LINES = "# a long file that belongs to the user and must not be lost\n" * 20000


def test_a_full_temporary_directory_loses_no_line(home):
    """It has just enough space for the temporary files of the program itself."""
    bashrc = home.path / ".bashrc"
    bashrc.write_text(MANY_LINES)
    script = f'mount -t tmpfs -o size=256k none "$TMPDIR" && "{INSTALL}" --binary "$0" --rc'
    home.attempt("unshare", "--mount", "sh", "-c", script, home.small_program())
    assert bashrc.read_text().endswith(MANY_LINES)


_ON_A_FULL_DISK = """
mount -t tmpfs -o size=16k none dotfiles
yes '# mine' | head -c 16384 >dotfiles/bashrc
cp dotfiles/bashrc before
"$1" --binary "$0" --rc
echo "status: $?"
cmp before dotfiles/bashrc && [ -L .bashrc ] && ls -A dotfiles
"""


def test_a_full_disk_loses_no_line_of_the_users_file(home):
    (home.path / "dotfiles").mkdir()
    (home.path / ".bashrc").symlink_to("dotfiles/bashrc")
    program = home.small_program()
    result = home.run("unshare", "--mount", "sh", "-c", _ON_A_FULL_DISK, program, INSTALL)
    assert result.stdout == "status: 1\nbashrc\n"
    assert "No space left on device" in result.stderr


def test_uninstalling_on_a_full_disk_changes_nothing(home):
    """If there is no space for the new file, the old file and its entry on the list are kept."""
    bashrc = home.path / "dotfiles/bashrc"
    bashrc.parent.mkdir()
    bashrc.write_text(MANY_LINES)
    (home.path / ".bashrc").symlink_to("dotfiles/bashrc")
    home.run(INSTALL, "--binary", home.small_program(), "--rc")
    whole = bashrc.read_text()
    script = """
        cp dotfiles/bashrc with-lines; mount -t tmpfs -o size=1500k none dotfiles
        cp with-lines dotfiles/bashrc
        "$0" --uninstall; echo "status: $?"; cmp with-lines dotfiles/bashrc; ls -A dotfiles"""
    result = home.run("unshare", "--mount", "sh", "-c", script, INSTALL)
    assert result.stdout.startswith("status: 1\nbashrc\n"), result.output
    assert bashrc.read_text() == whole
    home.uninstall()
    assert bashrc.read_text() == MANY_LINES


def test_a_file_keeps_its_mode_and_owner(home):
    """It is replaced as a whole, so other programs always read a complete file."""
    bashrc = home.path / ".bashrc"
    bashrc.write_text("# mine\n")
    bashrc.chmod(0o606)
    os.chown(bashrc, 65534, 65533)
    before = bashrc.stat()
    home.install("--rc")
    after = bashrc.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, 65534, 65533)
    assert after.st_ino != before.st_ino
    home.install("--rc")
    assert bashrc.stat().st_ino == after.st_ino, "a file without changes is not written"


# What makes a file unchangeable, by the message about it.
OBSTACLES = {
    "read-only": "chattr +i .bashrc",
    "not a regular file": "rm .bashrc; mkdir .bashrc",
    "hard links": "ln .bashrc other",
    "broken link": "rm .bashrc; ln -s .bashrc .bashrc",
}


@pytest.mark.parametrize("message", OBSTACLES)
def test_an_unchangeable_file_is_found_before_installing(home, message):
    bashrc = home.path / ".bashrc"
    bashrc.write_text("# mine\n")
    home.run("sh", "-c", OBSTACLES[message])
    before = home.tree()
    try:
        result = home.attempt(INSTALL, "--binary", built_binary(), "--rc")
    finally:
        home.attempt("chattr", "-i", bashrc)
    assert result.returncode == 1
    assert str(bashrc) in result.stderr and message in result.stderr
    assert changes(before, home.tree()) == []


def test_similar_file_names_of_the_user_are_kept(home):
    home.install()
    program = home.path / ".docker/cli-plugins/docker-manifestx"
    of_user = [program.with_name("docker-manifestx.new"),
               home.path / ".local/share/docker-manifestx/installed.new"]
    for path in of_user:
        path.write_text("mine")
    home.install()
    home.run("chattr", "+i", program)
    try:
        assert home.attempt(INSTALL, "--uninstall").returncode == 1
    finally:
        home.run("chattr", "-i", program)
    home.uninstall()
    assert [path.read_text() for path in of_user] == ["mine", "mine"]


# Counts the calls of programs that change something, and kills all processes at one of them,
# before or after the program runs.
_STAND_IN = """#!/bin/sh
n=$(($(/bin/cat "{count}" 2>/dev/null) + 1))
echo "$n" >"{count}"
[ "$n" != "$KILL_BEFORE" ] || kill -KILL 0
/bin/{name} "$@"
status=$?
[ "$n" != "$KILL_AFTER" ] || kill -KILL 0
exit "$status"
"""
CHANGING = ["cp", "install", "ln", "mkdir", "mktemp", "mv", "rm", "rmdir", "strip", "sync"]


@pytest.fixture
def killed(home):
    """Runs a command that is killed at its Nth step. False if it has fewer steps."""
    bin_directory = home.path.parent / "stand-ins"
    bin_directory.mkdir()
    count = bin_directory / "count"
    for name in CHANGING:
        script = _STAND_IN.format(count=count, name=name)
        (bin_directory / name).write_text(script)
        (bin_directory / name).chmod(0o755)
    path = f"{bin_directory}:{home.environment['PATH']}"

    def run(step, *command):
        count.unlink(missing_ok=True)
        when = {"KILL_BEFORE": "", "KILL_AFTER": ""}
        when["KILL_AFTER" if step % 2 else "KILL_BEFORE"] = str(step // 2)
        result = home.attempt("setsid", "--wait", *command, PATH=path, **when)
        return result.returncode != 0

    return run


def quick_program(home):
    """Answers install.sh. Starting the real program a hundred times would take most of the time."""
    path = home.path.parent / "quick-program"
    path.write_text("#!/bin/sh\necho '\"manifestx\"' \"$1\"\n")
    path.chmod(0o755)
    return path


def test_after_a_kill_at_any_step_it_can_be_uninstalled(home, killed):
    """Uninstalling can be killed and repeated, too."""
    (home.path / ".bashrc").write_text("# mine\n")
    before = home.tree()
    command = [INSTALL, "--binary", quick_program(home), "--rc"]
    # More steps at the beginning, which creates directories. Later, the steps for each file repeat.
    for step in [*range(2, 30, 3), *range(30, 1000, 31)]:
        was_killed = killed(step, *command)
        if step % 5 == 0:
            killed(step % 43, INSTALL, "--uninstall")
        home.uninstall()
        assert changes(before, home.tree()) == [], f"killed at step {step}"
        assert list(home.temp_dir.iterdir()) == [], f"killed at step {step}"
        if not was_killed:
            break
    assert step > 100


def test_after_a_kill_it_can_be_installed_again(home, killed):
    home.run(INSTALL, "--binary", quick_program(home), "--rc")
    whole = home.tree()
    home.uninstall()
    for step in (9, 30, 61, 100):
        assert killed(step, INSTALL, "--binary", quick_program(home), "--rc")
        home.run(INSTALL, "--binary", quick_program(home), "--rc")
        # The list can have another order.
        changed = changes(whole, home.tree())
        assert [name for name in changed if not name.endswith("/installed")] == []
    names = "\n".join(home.tree())
    assert not re.search(r"\.docker-manifestx\.", names), names


@pytest.mark.parametrize("kind", ["own", "other user", "link", "other name"])
def test_only_own_temporary_directories_are_removed(home, kind):
    """Runs that were killed leave them, and everybody can make files in /tmp."""
    name = "docker-manifestx.012345678" + ("" if kind == "other name" else "9")
    directory = home.temp_dir / name
    place = home.path.parent / "elsewhere" if kind == "link" else directory
    place.mkdir()
    (place / "program").touch()
    if kind == "link":
        directory.symlink_to(place)
    elif kind == "other user":
        os.chown(place, 12345, 12345)
    home.uninstall()
    assert (place / "program").exists() == (kind != "own")
