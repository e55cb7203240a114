"""The Debian package: built, installed by the real dpkg, run, and removed."""

import json
import subprocess

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
    assert "warning" not in done.stderr
    [file] = directory.iterdir()
    assert done.stdout == f"{file.name}\n"
    return file


def field(package, name):
    done = subprocess.run(
        ["dpkg-deb", "--field", package, name], capture_output=True, text=True, check=True,
    )
    return done.stdout.strip()


def test_fields(package):
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True,
    ).stdout.strip()
    assert package.name == f"docker-manifestx_{VERSION}_{architecture}.deb"
    assert field(package, "Version") == VERSION
    depends = field(package, "Depends")
    # The last two are not linked: they are loaded with the first request.
    for library in ("libc6 (>= ", "libjansson4", "libstdc++6", "libcurl4t64 | libcurl4",
                    "libssl3t64 | libssl3"):
        assert library in depends


def test_it_is_installed_runs_and_is_removed(package, tmp_path):
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
