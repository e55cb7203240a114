"""install.sh for one user: which files it installs, and that uninstalling removes all of them."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from support.home import INSTALL, Home
from support.plugin import REPOSITORY_ROOT, built_binary
from support.tree import changes

METADATA = json.loads((REPOSITORY_ROOT / "plugin-metadata/metadata.json").read_text())


def test_docker_finds_the_plugin(home):
    home.install()
    [line] = [line for line in home.run("docker", "--help").stdout.splitlines()
              if "manifestx" in line]
    assert METADATA["ShortDescription"] in line
    assert METADATA["Version"] in home.run("docker", "manifestx", "version").stdout
    direct = home.run(home.path / ".local/bin/docker-manifestx", "version")
    assert METADATA["Version"] in direct.stdout


def test_the_directory_in_docker_config_is_used(home, tmp_path):
    config = tmp_path / "docker's config"
    home.install(DOCKER_CONFIG=str(config))
    assert (config / "cli-plugins/docker-manifestx").is_file()
    assert not (home.path / ".docker").exists()
    listed = home.run("docker", "manifestx", "version", DOCKER_CONFIG=str(config))
    assert METADATA["Version"] in listed.stdout
    home.uninstall()  # Uninstalling works without the variable.
    assert not config.exists()


def test_the_program_has_no_debug_symbols(home):
    home.install()
    program = home.path / ".docker/cli-plugins/docker-manifestx"
    assert program.stat().st_mode & 0o777 == 0o755
    assert program.stat().st_size < 0.7 * built_binary().stat().st_size
    assert (home.path / ".docker").stat().st_mode & 0o777 == 0o700, "it will contain passwords"


def test_helpers_are_installed(home):
    home.install()
    helpers = list((REPOSITORY_ROOT / "helpers").glob("*.sh"))
    assert helpers
    for helper in helpers:
        installed = home.path / ".local/bin" / helper.name
        assert installed.read_bytes() == helper.read_bytes()
        assert os.access(installed, os.X_OK) == os.access(helper, os.X_OK)


def test_without_helpers(home):
    home.install("--no-helpers", "--rc")
    names = "\n".join(home.tree())
    assert "docker-manifestx" in names
    assert "image_push" not in names and "mx_" not in names and "manifestx.sh" not in names
    assert "manifestx.sh" not in (home.path / ".bashrc").read_text()


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
def test_bash_completion_finds_the_script_without_rc(tmp_path, command):
    """bash-completion 2.11 does not support a home directory with a space in its name."""
    home = Home(tmp_path / "home")
    home.install()
    load = "source /usr/share/bash-completion/bash_completion; _completion_loader $0;"
    found = home.run("bash", "-c", f"{load} complete -p $0", command)
    assert "-F _docker_manifestx" in found.stdout


def tools(home, without, **scripts):
    """A PATH with the programs of this machine, without some of them, and with these scripts."""
    directory = home.path.parent / "tools"
    directory.mkdir()
    for name, script in scripts.items():
        (directory / name).write_text(f"#!/bin/sh\n{script}\n")
        (directory / name).chmod(0o755)
    for program in [*Path("/bin").iterdir(), *Path("/usr/bin").iterdir()]:
        if program.name not in without and not (directory / program.name).exists():
            (directory / program.name).symlink_to(program)
    return str(directory)


def test_completion_is_installed_for_installed_shells_only(home):
    result = home.install("--rc", PATH=tools(home, ["zsh", "fish"]))
    assert "zsh" not in result.output and "fish" not in result.output
    names = home.tree().keys()
    assert ".local/share/bash-completion/completions/docker-manifestx" in names
    assert not [name for name in names if "zsh" in name or "fish" in name]


def test_without_binary_the_program_is_built(home):
    """With the toolchain and the user that built the program under test, who own its files."""
    swift = shutil.which("swift")
    assert swift, "Swift is not on the PATH"
    owner = REPOSITORY_ROOT.owner()
    as_owner = f"/sbin/runuser -u {owner} -- env HOME={os.path.expanduser(f'~{owner}')}"
    path = tools(home, ["swift"], swift=f'exec {as_owner} {swift} "$@"')
    preview = home.run(INSTALL, "--dry-run", PATH=path)
    assert "Would run: swift build " in preview.stderr
    result = home.run(INSTALL, PATH=path)
    assert "Building with Swift " in result.stderr
    assert METADATA["Version"] in home.run("docker", "manifestx", "version").stdout


@pytest.mark.parametrize("version, message", [
    (None, "Swift is not on the PATH"),
    ("Swift version 5.10.1 (swift-5.10.1-RELEASE)", "Swift 5.10.1 is too old"),
    ("Apple Swift version 6.0 (swiftlang-6.0)", "Swift 6.0 is too old"),
    ("something else", "the version of Swift cannot be determined"),
])
def test_a_missing_or_old_swift_is_an_error(home, version, message):
    scripts = {"swift": f"echo '{version}'"} if version else {}
    before = home.tree()
    result = home.attempt(INSTALL, PATH=tools(home, ["swift"], **scripts))
    assert result.returncode == 1
    assert f"ERROR: {message}\n" in result.stderr
    assert "6.1 or newer" in result.stderr
    assert changes(before, home.tree()) == []


def test_the_manual_describes_all_commands_and_options(home):
    home.install()
    page = home.path / ".local/share/man/man1/docker-manifestx.1"
    shown = home.run("man", "--warnings", "--local-file", page, MANWIDTH="200")
    assert shown.stderr == ""
    overview = home.run(built_binary(), "--help").stdout
    verbs = re.findall(r"^  ([a-z]\S*)", overview, re.MULTILINE)
    assert "publish" in verbs
    for verb in verbs:
        assert f"docker manifestx {verb}" in shown.stdout
        for option in re.findall(r"--[a-z-]+", home.run(built_binary(), verb, "--help").stdout):
            assert option in shown.stdout
    found = home.run("man", "--where", "docker-manifestx",
                     PATH=f"{home.path}/.local/bin:{home.environment['PATH']}")
    assert found.stdout.strip() == str(page)


def test_examples_in_the_manual_keep_their_lines(home):
    (home.path / "page.1").write_text(home.run(built_binary(), "__man").stdout)
    shown = home.run("man", "--local-file", home.path / "page.1").stdout
    lines = [line.split(":")[0].strip() for line in shown.splitlines() if " completion " in line]
    assert lines[-3:] == ["Bash", "Zsh", "Fish"]


@pytest.mark.parametrize("options", [[], ["--rc"]])
def test_uninstalling_restores_the_home_directory(home, options):
    (home.path / ".bashrc").write_text("# mine, without a line break at the end")
    (home.path / "dotfiles").mkdir()
    (home.path / "dotfiles/zshrc").write_text("# mine\n\n")
    (home.path / ".zshrc").symlink_to("dotfiles/zshrc")
    other = home.path / ".docker/cli-plugins/docker-other"
    other.parent.mkdir(parents=True)
    other.write_text("of another user")
    before = home.tree()
    home.install(*options)
    once = home.tree()
    assert (once[".bashrc"] != before[".bashrc"]) == ("--rc" in options)
    home.install(*options)
    assert changes(once, home.tree()) == []
    home.uninstall()
    assert changes(before, home.tree()) == []
    assert "Nothing to remove" in home.uninstall().stdout
    assert list(home.temp_dir.iterdir()) == []


def test_uninstalling_removes_the_completion_cache(home):
    before = home.tree()
    home.install()
    home.run(home.path / ".local/bin/docker-manifestx", "__complete", "publish", "127.0.0.1:1/a:v1", "v1-")
    assert list(home.path.glob(".cache/docker-manifestx/*"))
    home.uninstall()
    assert changes(before, home.tree()) == []


def test_only_cached_tags_are_removed(home):
    """Neither other files, nor anything through a link, nor those of another user."""
    names = "0" * 64, "1" * 64 + ".2", "mine"
    cache = home.path / ".cache/docker-manifestx"
    cache.mkdir(parents=True)
    for name in names:
        (cache / name).touch()
    home.install()
    elsewhere = cache.rename(home.path / "elsewhere")
    cache.symlink_to(elsewhere)
    home.uninstall()
    assert sorted(os.listdir(elsewhere)) == list(names)
    cache.unlink()
    elsewhere.rename(cache)
    os.chown(cache, 12345, 12345)
    home.uninstall()
    assert sorted(os.listdir(cache)) == list(names)
    os.chown(cache, 0, 0)
    home.uninstall()
    assert os.listdir(cache) == ["mine"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_rc_puts_the_program_on_the_path(home, shell):
    home.install("--rc")
    # An interactive fish reads all manual pages at its first start. fish always reads config.fish.
    interactive = [] if shell == "fish" else ["-i"]
    found = home.run(shell, *interactive, "-c", "command -v docker-manifestx")
    assert found.stdout.strip() == str(home.path / ".local/bin/docker-manifestx")


def test_prefix_installs_in_another_directory(home):
    prefix = home.path / "a prefix"
    result = home.install("--prefix", prefix)
    # docker does not search there by default.
    assert f"does not search for plugins in {prefix}/lib/docker/cli-plugins. Add this directory" in result.stderr
    assert f"export XDG_DATA_DIRS='{prefix}/share':\"${{XDG_DATA_DIRS:-/usr/local/share:/usr/share}}\"\n" in result.stderr
    assert f"set --append fish_complete_path '{prefix}/share/fish/vendor_completions.d'\n" in result.stderr
    assert METADATA["Version"] in home.run(prefix / "bin/docker-manifestx", "version").stdout
    assert (prefix / "share/man/man1/docker-manifestx.1").is_file()
    assert set(os.listdir(home.path)) == {"a prefix"}
    # A prefix that is moved as a whole still works.
    moved = prefix.rename(home.path / "moved")
    assert METADATA["Version"] in home.run(moved / "bin/docker-manifestx", "version").stdout
    moved.rename(prefix)
    home.uninstall("--prefix", prefix)
    assert home.tree() == {}


def test_destdir_is_put_in_front_of_all_paths(home):
    home.install("--prefix", "/usr", "--destdir", "stage")
    stage = home.path / "stage"
    assert (stage / "usr/lib/docker/cli-plugins/docker-manifestx").is_file()
    assert not (stage / "usr/share/docker-manifestx").exists(), "a package has a list of its own"


def test_a_program_that_does_not_run_is_not_installed(home):
    shutil.copy("/bin/false", home.path / "program")
    before = home.tree()
    result = home.attempt(INSTALL, "--binary", "program")
    assert result.returncode == 1
    assert f"{home.path}/program does not run on this machine" in result.stderr
    shutil.copy("/bin/true", home.path / "program")
    assert f"{home.path}/program is not this plugin" in home.attempt(INSTALL, "--binary", "program").stderr
    shutil.copy("/bin/false", home.path / "program")
    assert changes(before, home.tree()) == []


@pytest.mark.parametrize("options, message", [
    (["--fruit"], "unknown option: --fruit"),
    (["--prefix"], "--prefix requires a value"),
    (["--system", "--prefix", "/opt"], "--system and --prefix cannot be used together"),
    (["--user", "--system"], "--user and --system cannot be used together"),
    (["--destdir", "stage"], "--destdir requires --system or --prefix"),
    (["--system", "--rc"], "--rc and --system cannot be used together"),
    (["--system", "--destdir", "stage", "--uninstall"], "remove"),
])
def test_invalid_options_are_an_error(home, options, message):
    result = home.attempt(INSTALL, *options)
    assert result.returncode == 2
    assert result.stderr.startswith("ERROR: ")
    assert message in result.stderr
    assert "--help" in result.stderr
    assert home.tree() == {}


def test_the_demo_can_be_repeated(home):
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
        request = home.attempt("curl", "--silent", f"http://{address}/v2/")
        assert request.returncode == 7, "the registry must have stopped"
        assert list(home.temp_dir.iterdir()) == []
