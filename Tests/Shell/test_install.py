"""install.sh for one user: what it puts where, and that nothing of it is left afterwards."""

import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest

from support.plugin import REPOSITORY_ROOT, built_binary
from support.running import Result
from support.tree import changes, tree

INSTALL = REPOSITORY_ROOT / "install.sh"
METADATA = json.loads((REPOSITORY_ROOT / "plugin-metadata/metadata.json").read_text())


class Home:
    """A user's home, with a space in its name, and what is run in it."""

    def __init__(self, path):
        self.path = path
        self.drafts = path.parent / "drafts"
        self.environment = {
            "HOME": str(path), "LC_ALL": "C.UTF-8", "TERM": "dumb", "TMPDIR": str(self.drafts),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }
        self.path.mkdir()
        self.drafts.mkdir()

    def attempt(self, *command, **variables):
        done = subprocess.run(
            [str(word) for word in command], env={**self.environment, **variables},
            cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )
        return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def run(self, *command, **variables):
        result = self.attempt(*command, **variables)
        assert result.returncode == 0, f"{command}: {result.returncode}\n{result.output}"
        return result

    def install(self, *options, **variables):
        return self.run(INSTALL, "--binary", built_binary(), *options, **variables)

    def uninstall(self, *options, **variables):
        return self.run(INSTALL, "--uninstall", *options, **variables)

    def tree(self):
        return tree(self.path)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "a home")


def test_docker_has_the_plugin(home):
    home.install()
    [line] = [line for line in home.run("docker", "--help").stdout.splitlines()
              if "manifestx" in line]
    assert METADATA["ShortDescription"] in line
    assert METADATA["Version"] in home.run("docker", "manifestx", "version").stdout
    alone = home.run(home.path / ".local/bin/docker-manifestx", "version")
    assert METADATA["Version"] in alone.stdout


def test_dockers_config_directory_is_followed(home, tmp_path):
    config = tmp_path / "docker's config"
    home.install(DOCKER_CONFIG=str(config))
    assert (config / "cli-plugins/docker-manifestx").is_file()
    assert not (home.path / ".docker").exists()
    listed = home.run("docker", "manifestx", "version", DOCKER_CONFIG=str(config))
    assert METADATA["Version"] in listed.stdout
    home.uninstall()  # What it removes does not depend on the variable being there again.
    assert not config.exists()


def test_the_program_is_without_debug_names(home):
    home.install()
    program = home.path / ".docker/cli-plugins/docker-manifestx"
    assert program.stat().st_mode & 0o777 == 0o755
    assert program.stat().st_size < 0.7 * built_binary().stat().st_size
    assert (home.path / ".docker").stat().st_mode & 0o777 == 0o700, "passwords will be in it"


def test_helpers_are_installed(home):
    home.install()
    helpers = list((REPOSITORY_ROOT / "helpers").glob("*.sh"))
    assert helpers
    for helper in helpers:
        installed = home.path / ".local/bin" / helper.name
        assert installed.read_bytes() == helper.read_bytes()
        assert os.access(installed, os.X_OK) == os.access(helper, os.X_OK)


_COMPLETES = {
    "bash": ["bash", "-i", "-c", "complete -p $0"],
    "zsh": ["zsh", "-i", "-c", "autoload -Uz compinit; compinit -u; print -r -- $_comps[$0]"],
    "fish": ["fish", "-c", "complete --do-complete $argv' ' >/dev/null; complete -c $argv"],
}


@pytest.mark.parametrize("command", ["docker-manifestx", "image_push.sh"])
@pytest.mark.parametrize("shell", _COMPLETES)
def test_each_shell_finds_its_completion(home, shell, command):
    home.install("--rc")
    result = home.run(*_COMPLETES[shell], command)
    assert re.search("_docker.manifestx", result.stdout), result.output


@pytest.mark.parametrize("command", ["docker-manifestx", "image_push.sh", "mx_publish"])
def test_bash_completion_finds_it_without_rc(tmp_path, command):
    """Not in a home with a space in its name: bash-completion 2.11 does not look there."""
    home = Home(tmp_path / "home")
    home.install()
    load = "source /usr/share/bash-completion/bash_completion; _completion_loader $0;"
    found = home.run("bash", "-c", f"{load} complete -p $0", command)
    assert "-F _docker_manifestx" in found.stdout


def test_manual_tells_what_help_tells(home):
    home.install()
    page = home.path / ".local/share/man/man1/docker-manifestx.1"
    shown = home.run("man", "--warnings", "--local-file", page, MANWIDTH="200")
    assert shown.stderr == ""
    overview = home.run(built_binary(), "--help").stdout
    verbs = re.findall(r"^  (\w\S*)", overview, re.MULTILINE)
    assert "publish" in verbs
    for verb in verbs:
        assert f"docker manifestx {verb}" in shown.stdout
        for option in re.findall(r"--[a-z-]+", home.run(built_binary(), verb, "--help").stdout):
            assert option in shown.stdout
    found = home.run("man", "--where", "docker-manifestx",
                     PATH=f"{home.path}/.local/bin:{home.environment['PATH']}")
    assert found.stdout.strip() == str(page)


@pytest.mark.parametrize("options", [[], ["--rc"]])
def test_nothing_is_left(home, options):
    (home.path / ".bashrc").write_text("# mine, without a new line at its end")
    (home.path / "dotfiles").mkdir()
    (home.path / "dotfiles/zshrc").write_text("# mine\n\n")
    (home.path / ".zshrc").symlink_to("dotfiles/zshrc")
    other = home.path / ".docker/cli-plugins/docker-other"
    other.parent.mkdir(parents=True)
    other.write_text("of somebody else")
    before = home.tree()
    home.install(*options)
    once = home.tree()
    assert (once[".bashrc"] != before[".bashrc"]) == ("--rc" in options)
    home.install(*options)
    assert changes(once, home.tree()) == []
    home.uninstall()
    assert changes(before, home.tree()) == []
    assert "Nothing to remove" in home.uninstall().stdout
    assert list(home.drafts.iterdir()) == []


def test_what_completion_remembered_goes_too(home):
    before = home.tree()
    home.install()
    home.run(home.path / ".local/bin/docker-manifestx", "__complete", "publish", "127.0.0.1:1/a:v1", "v1-")
    assert list(home.path.glob(".cache/docker-manifestx/*"))
    home.uninstall()
    assert changes(before, home.tree()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_rc_puts_the_program_on_the_path(home, shell):
    home.install("--rc")
    # An interactive fish reads every manual at its first start; its config.fish it always reads.
    interactive = [] if shell == "fish" else ["-i"]
    found = home.run(shell, *interactive, "-c", "command -v docker-manifestx")
    assert found.stdout.strip() == str(home.path / ".local/bin/docker-manifestx")


def test_without_rc_it_says_what_is_missing(home):
    result = home.install()
    assert f"{home.path}/.local/bin has to be on the PATH" in result.stderr
    on_path = home.install(PATH=f"{home.path}/.local/bin:{home.environment['PATH']}")
    assert "has to be on the PATH" not in on_path.stderr


def test_dry_run_does_nothing(home):
    before = home.tree()
    result = home.install("--dry-run", "--rc", "--demo")
    assert f"Would install {home.path}/.docker/cli-plugins/docker-manifestx" in result.stdout
    assert f"Would put at the top of {home.path}/.bashrc" in result.stdout
    assert changes(before, home.tree()) == []
    home.install()
    before = home.tree()
    result = home.uninstall("--dry-run")
    assert f"Would remove file {home.path}/.docker/cli-plugins/docker-manifestx" in result.stdout
    assert changes(before, home.tree()) == []


def test_prefix(home):
    prefix = home.path / "a prefix"
    result = home.install("--prefix", prefix)
    assert "cliPluginsExtraDirs" in result.stderr, "docker does not look there by itself"
    assert METADATA["Version"] in home.run(prefix / "bin/docker-manifestx", "version").stdout
    assert (prefix / "share/man/man1/docker-manifestx.1").is_file()
    assert set(os.listdir(home.path)) == {"a prefix"}
    # A prefix that is moved as a whole still works.
    moved = prefix.rename(home.path / "moved")
    assert METADATA["Version"] in home.run(moved / "bin/docker-manifestx", "version").stdout
    moved.rename(prefix)
    home.uninstall("--prefix", prefix)
    assert home.tree() == {}


def test_destdir(home):
    home.install("--prefix", "/usr", "--destdir", "stage")
    stage = home.path / "stage"
    assert (stage / "usr/lib/docker/cli-plugins/docker-manifestx").is_file()
    assert not (stage / "usr/share/docker-manifestx").exists(), "a package has its own list"


def test_a_program_that_does_not_run_is_not_installed(home):
    shutil.copy("/bin/false", home.path / "program")
    before = home.tree()
    result = home.attempt(INSTALL, "--binary", "program")
    assert result.returncode == 1
    assert f"{home.path}/program does not run here" in result.stderr
    assert changes(before, home.tree()) == []


@pytest.mark.parametrize("options, words", [
    (["--fruit"], "unknown option: --fruit"),
    (["--prefix"], "--prefix needs a value"),
    (["--system", "--prefix", "/opt"], "--system and --prefix"),
    (["--user", "--system"], "--user and --system"),
    (["--destdir", "stage"], "--destdir goes with"),
    (["--system", "--rc"], "--rc is for this user"),
    (["--system", "--destdir", "stage", "--uninstall"], "remove"),
])
def test_mistakes(home, options, words):
    result = home.attempt(INSTALL, *options)
    assert result.returncode == 2
    assert words in result.stderr
    assert "--help" in result.stderr
    assert home.tree() == {}


def test_help(home):
    result = home.run(INSTALL, "--help")
    assert result.stdout.startswith("Usage:  ./install.sh")


def test_demo_twice(home):
    for _ in range(2):
        result = home.install("--demo")
        address = re.search(r"127\.0\.0\.1:\d+", result.stdout)[0]
        list_name = f"{address}/test/app:v1"
        images = "v1-arm64-20210624 v1-amd64-20210624"
        assert f"$ docker manifestx publish {list_name} {images}" in result.stdout
        assert f"$ docker manifestx inspect {list_name}" in result.stdout
        assert f"Published {list_name}" in result.stderr
        assert re.findall(r"^linux/\w+", result.stdout, re.MULTILINE) == [
            "linux/arm64", "linux/amd64",
        ]
        gone = home.attempt("curl", "--silent", f"http://{address}/v2/")
        assert gone.returncode == 7, "its registry still answers"
        assert list(home.drafts.iterdir()) == []


# What is not ours, or is no longer as it was put there.

LIST = ".local/share/docker-manifestx/installed"
END = "# <<< docker-manifestx <<<\n"


def test_a_file_of_the_users_is_not_replaced(home):
    script = home.path / ".local/bin/image_push.sh"
    script.parent.mkdir(parents=True)
    script.write_text("# the one that people have today")
    before = home.tree()
    result = home.attempt(INSTALL, "--binary", built_binary())
    assert result.returncode == 1 and str(script) in result.stderr
    assert changes(before, home.tree()) == [], "nothing is put anywhere before all is checked"


def test_what_the_user_put_in_its_place_stays(home):
    home.install()
    script = home.path / ".local/bin/manifestx.sh"
    script.write_text("# mine now")
    assert str(script) in home.uninstall().stderr
    assert script.read_text() == "# mine now"
    assert not (home.path / ".docker/cli-plugins/docker-manifestx").exists()


def test_an_older_version_of_ours_is_replaced_and_removed(home):
    before = home.tree()
    older = home.path.parent / "older"
    older.write_text(f'#!/bin/sh\nexec "{built_binary()}" "$@"\n')
    older.chmod(0o755)
    home.run(INSTALL, "--binary", older)
    home.install()
    home.uninstall()
    assert changes(before, home.tree()) == []


@pytest.mark.parametrize("again", [["--uninstall"], ["--rc", "--binary", str(built_binary())]])
def test_a_broken_block_costs_no_line_of_the_users(home, again):
    bashrc = home.path / ".bashrc"
    bashrc.write_text("alias one=1\nalias two=2\n")
    home.install("--rc")
    broken = bashrc.read_text().replace(END, "")
    bashrc.write_text(broken)
    result = home.attempt(INSTALL, *again)
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


def test_a_cut_off_run_can_be_taken_back(home):
    before = home.tree()
    done = home.attempt("bash", "-c", f'"{INSTALL}" --binary "{built_binary()}" --rc 2>&1 | head -n 0')
    assert done.returncode == 0
    home.attempt("bash", "-c", f'timeout --signal KILL 1 "{INSTALL}" --binary "{built_binary()}"')
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_a_failed_removal_can_be_repeated(home):
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
    """DOCKER_CONFIG counts from where the script was called; XDG's variables do not count at all."""
    variables = {"DOCKER_CONFIG": "rel", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "."}
    clone = home.path / "docker-manifestx"
    clone.mkdir()
    (clone / "work").write_text("of days")
    before = home.tree()
    home.install(**variables)
    assert (home.path / "rel/cli-plugins/docker-manifestx").is_file()
    assert (home.path / LIST).is_file() and not (home.path / "data").exists()
    other = home.path.parent / "rel/cli-plugins/docker-manifestx"
    other.parent.mkdir(parents=True)
    other.write_text("of somebody else")
    home.run("sh", "-c", f'cd .. && "{INSTALL}" --uninstall', **variables)
    assert changes(before, home.tree()) == []
    assert other.read_text() == "of somebody else"


def test_nothing_outside_of_a_prefix_is_removed(home):
    prefix = home.path / "prefix"
    home.install("--prefix", prefix)
    outside = home.path / "outside"
    outside.write_text("x\n")
    mark = hashlib.sha256(b"x\n").hexdigest()
    with (prefix / "share/docker-manifestx/installed").open("a") as records:
        records.write(f"file {mark} {outside}\nfile {mark} {prefix}/../outside\n")
    home.uninstall("--prefix", prefix)
    assert outside.exists()


@pytest.mark.parametrize("how", ["link", "cdpath"])
def test_it_may_be_called_in_any_way(home, how):
    link = home.path.parent / "install"
    link.symlink_to(INSTALL)
    command, variables = {
        "link": ([link], {}), "cdpath": ([INSTALL], {"CDPATH": f"{REPOSITORY_ROOT}:."}),
    }[how]
    home.run(*command, "--binary", built_binary(), **variables)
    home.uninstall()


def test_without_a_home(home):
    result = home.attempt("env", "-u", "HOME", INSTALL, "--binary", built_binary())
    assert result.returncode == 1 and "HOME" in result.stderr and "unbound" not in result.stderr
