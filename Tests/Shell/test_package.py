"""The Debian package: it is built, installed with the real dpkg, run, and removed."""

import gzip
import io
import json
import re
import shutil
import subprocess
import tarfile

import pytest

from support.machine import Machine
from support.plugin import REPOSITORY_ROOT, built_binary

VERSION = json.loads((REPOSITORY_ROOT / "plugin-metadata/metadata.json").read_text())["Version"]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("a package")
    done = subprocess.run(
        [REPOSITORY_ROOT / "packaging/build-deb", "--binary", built_binary()],
        cwd=directory, capture_output=True, text=True, timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dpkg-deb: warning" not in done.stderr
    [file] = directory.iterdir()
    assert done.stdout == f"{file.name}\n"
    return file


@pytest.mark.parametrize("options, status, text", [
    (["--help"], 0, "Usage:  packaging/build-deb [OPTIONS]\n"),
    (["--user"], 2, "ERROR: unknown option: --user\n"), (["--binary"], 2, "ERROR: --binary requires a value\n"),
])
def test_build_deb_has_options_of_its_own(tmp_path, options, status, text):
    done = subprocess.run(
        [REPOSITORY_ROOT / "packaging/build-deb", *options],
        cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False,
    )
    assert done.returncode == status
    assert (done.stderr if status else done.stdout).startswith(text)
    assert list(tmp_path.iterdir()) == []


def field(package, name):
    done = subprocess.run(
        ["dpkg-deb", "--field", package, name], capture_output=True, text=True, check=True,
    )
    return done.stdout.strip()


def test_the_package_has_correct_fields(package):
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True,
    ).stdout.strip()
    assert package.name == f"docker-manifestx_{VERSION}_{architecture}.deb"
    assert field(package, "Version") == VERSION
    depends = field(package, "Depends")
    # The last two are not linked. They are loaded on first use.
    for library in ("libc6 (>= ", "libjansson4", "libstdc++6", "libcurl4t64 | libcurl4",
                    "libssl3t64 | libssl3"):
        assert library in depends


def test_the_package_contains_all_completions_and_a_changelog(package, tmp_path):
    """The completions do not depend on the shells of the machine that built the package."""
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    share = tmp_path / "usr/share"
    for name in ("bash-completion/completions/docker-manifestx", "bash-completion/completions/mx_pin",
                 "zsh/vendor-completions/_docker-manifestx",
                 "fish/vendor_completions.d/docker-manifestx.fish",
                 "fish/vendor_completions.d/image_push.sh.fish", "doc/docker-manifestx/NEWS.md.gz"):
        assert (share / name).is_file(), name
    changelog = tmp_path / "changelog"
    changelog.write_bytes(gzip.decompress((share / "doc/docker-manifestx/changelog.gz").read_bytes()))
    done = subprocess.run(
        ["dpkg-parsechangelog", "--file", changelog, "--show-field", "Version"],
        capture_output=True, text=True, check=True,
    )
    assert (done.stdout.strip(), done.stderr) == (VERSION, "")


def test_the_jenkins_example_installs_the_package_without_root(package, tmp_path):
    code = (REPOSITORY_ROOT / "docs/ci.md").read_text()
    [script] = re.findall(r"stage\('Install.*?sh '''\n(.*?)'''", code, re.S)
    subprocess.run(
        ["sh", "-xe", "-c", script], cwd=tmp_path, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PACKAGE_URL": package.as_uri()},
    )
    done = subprocess.run(
        [tmp_path / ".docker/cli-plugins/docker-manifestx", "version"],
        capture_output=True, text=True, check=True,
    )
    assert VERSION in done.stdout


def test_each_shell_finds_the_installed_completion(package, tmp_path):
    with Machine(tmp_path / "machine") as machine:
        (machine.root / "package.deb").write_bytes(package.read_bytes())
        machine.run("dpkg", "--install", "/package.deb")
        load = "source /usr/share/bash-completion/bash_completion; _completion_loader $0; complete -p $0"
        zsh = "autoload -Uz compinit; compinit -u -D; print -r -- $_comps[$0]"
        fish = "complete --do-complete $argv' ' >/dev/null; complete -c $argv"
        for command in ("docker-manifestx", "image_push.sh"):
            for shell in (["bash", "-c", load], ["zsh", "-f", "-c", zsh], ["fish", "-c", fish]):
                found = machine.run(*shell, command)
                assert re.search("_docker.manifestx", found.stdout), shell


def test_the_package_is_installed_runs_and_is_removed(package, tmp_path):
    with Machine(tmp_path / "machine") as machine:
        user = machine.add_user("somebody")
        before = [machine.changed(place) for place in ("/usr", "/etc")]
        (machine.root / "package.deb").write_bytes(package.read_bytes())
        machine.run("dpkg", "--install", "/package.deb")
        assert VERSION in machine.run("docker", "manifestx", "version", user=user).stdout
        assert VERSION in machine.run("docker-manifestx", "version", user=user).stdout
        assert machine.run("man", "--where", "docker-manifestx", user=user).stdout
        assert machine.run("dpkg", "--verify", "docker-manifestx").output == ""
        machine.run("dpkg", "--purge", "docker-manifestx")
        assert [machine.changed(place) for place in ("/usr", "/etc")] == before


def test_a_source_archive_knows_its_commit(tmp_path):
    """git replaces the text when it makes the archive, and the compiler takes what install.sh passes otherwise."""
    source = REPOSITORY_ROOT / "Sources/CBuild"
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.com"]
    shutil.copytree(source, tmp_path / "Sources/CBuild")
    shutil.copy(REPOSITORY_ROOT / ".gitattributes", tmp_path)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *words], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    archive = subprocess.run([*git, "archive", "HEAD", "Sources/CBuild/cbuild.c"], check=True, capture_output=True)
    text = tarfile.open(fileobj=io.BytesIO(archive.stdout)).extractfile("Sources/CBuild/cbuild.c").read().decode()
    assert f'#define MANIFESTX_COMMIT "{head}"' in text
    assert re.search(r'#define MANIFESTX_COMMIT_TIME "20\d\d-', text)
