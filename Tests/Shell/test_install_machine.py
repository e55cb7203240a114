"""install.sh in a temporary machine: for all users, with sudo, with missing Debian packages."""

import json

import pytest

from support.machine import Machine
from support.plugin import REPOSITORY_ROOT

VERSION = json.loads((REPOSITORY_ROOT / "plugin-metadata/metadata.json").read_text())["Version"]
NEED_PACKAGES = "/source/packaging/need-packages"


@pytest.fixture
def machine(tmp_path):
    with Machine(tmp_path / "machine") as machine:
        yield machine


def test_system_installs_for_all_users(machine):
    user = machine.add_user("somebody")
    before = machine.changed("/usr/local")
    machine.run(*Machine.INSTALL, "--system")
    assert VERSION in machine.run("docker", "manifestx", "version", user=user).stdout
    assert VERSION in machine.run("docker-manifestx", "version", user=user).stdout
    assert machine.run("man", "--where", "docker-manifestx", user=user).stdout
    machine.run("/source/install.sh", "--system", "--uninstall")
    assert machine.changed("/usr/local") == before


def test_system_requires_root(machine):
    user = machine.add_user("somebody")
    result = machine.attempt(*Machine.INSTALL, "--system", user=user)
    assert result.returncode == 1
    assert "Run: sudo ./install.sh " in result.stderr


def test_with_sudo_it_installs_for_the_calling_user(machine):
    user = machine.add_user("somebody", may_sudo=True)
    before = machine.changed("/home")
    machine.run("sudo", *Machine.INSTALL, "--rc", user=user)
    assert VERSION in machine.run("docker", "manifestx", "version", user=user).stdout
    assert machine.run("find", f"/home/{user}", "!", "-user", user).stdout == ""
    machine.run("sudo", "/source/install.sh", "--uninstall", user=user)
    assert machine.changed("/home") == before
    assert machine.changed("/root") == {}


def test_root_with_the_home_of_another_user_installs_as_that_user(machine):
    user = machine.add_user("somebody")
    machine.run("ln", "--symbolic", "/etc", f"/home/{user}/.docker")
    machine.run("chown", "--no-dereference", user, f"/home/{user}/.docker")
    result = machine.attempt(*Machine.INSTALL, environment={"HOME": f"/home/{user}"})
    assert result.returncode == 1
    assert "Continuing as somebody\nERROR: " in result.stderr
    assert f"/home/{user}/.docker is not a writable directory" in result.stderr
    machine.run("rm", f"/home/{user}/.docker")
    machine.run(*Machine.INSTALL, "--rc", environment={"HOME": f"/home/{user}"})
    assert VERSION in machine.run("docker", "manifestx", "version", user=user).stdout
    assert machine.run("find", f"/home/{user}", "!", "-user", user).stdout == ""
    assert machine.changed("/root") == {}


def test_the_demo_works_without_docker(machine):
    docker = machine.run("bash", "-c", "command -v docker").stdout.strip()
    machine.run("rm", docker)
    result = machine.run(*Machine.INSTALL, "--demo")
    assert "docker is not installed, so “docker manifestx” does not work" in result.stderr
    assert "$ /root/.docker/cli-plugins/docker-manifestx publish 127.0.0.1:" in result.stdout


def test_missing_packages_are_named_if_they_cannot_be_installed(machine):
    user = machine.add_user("somebody")
    machine.run("dpkg", "--remove", "--force-depends", "docker-registry")
    machine.run("rm", "/usr/bin/sudo")
    result = machine.attempt(*Machine.INSTALL, "--demo", user=user)
    assert result.returncode == 1
    assert "apt-get install docker-registry" in result.stderr
    assert not (machine.root / "home/somebody/.docker").exists()


def test_missing_libraries_are_named(machine):
    user = machine.add_user("somebody")
    machine.run("bash", "-c", "rm /usr/bin/sudo /usr/lib/*/libjansson.so.4* && ldconfig")
    machine.run("dpkg", "--remove", "--force-depends", "libjansson-dev", "libjansson4")
    result = machine.attempt(*Machine.INSTALL, user=user)
    assert result.returncode == 1
    assert "apt-get install libjansson4" in result.stderr


_POSTINST = """#!/bin/sh
set -e
touch /ran-postinst
deb-systemd-helper enable stand-in.service
invoke-rc.d stand-in start
"""
_INIT = """#!/bin/sh
### BEGIN INIT INFO
# Provides: stand-in
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop:
### END INIT INFO
touch /started
"""
_UNIT = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
_CONTROL = """Package: docker-registry
Version: 9
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: Stands in for the real one, with a service
"""
_REPOSITORY = """
dpkg-deb --build /stand-in /packages >/dev/null
cd /packages && dpkg-scanpackages . >Packages 2>/dev/null
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/packages ./' >/etc/apt/sources.list
dpkg --remove --force-depends docker-registry
rm -f /usr/sbin/policy-rc.d
"""


def test_packages_are_installed_and_their_services_not_started(machine):
    """With the real apt, from a repository in a directory."""
    files = {
        "DEBIAN/control": _CONTROL, "DEBIAN/postinst": _POSTINST,
        "etc/init.d/stand-in": _INIT, "lib/systemd/system/stand-in.service": _UNIT,
    }
    for name, content in files.items():
        path = machine.root / "stand-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o755 if content.startswith("#!") else 0o644)
    (machine.root / "packages").mkdir()
    machine.run("bash", "-e", "-c", _REPOSITORY)
    preview = machine.run(NEED_PACKAGES, "--dry-run", "demo")
    assert preview.stdout == "Would run: apt-get install docker-registry\n"
    result = machine.run(NEED_PACKAGES, "demo")
    assert result.stderr.startswith("Missing packages (for demo): docker-registry\n")
    assert (machine.root / "ran-postinst").exists()
    assert not (machine.root / "started").exists()
    assert "Disabling the service stand-in.service" in result.stderr
    assert machine.attempt("systemctl", "is-enabled", "stand-in").stdout == "disabled\n"
    assert not (machine.root / "usr/sbin/policy-rc.d").exists()
    assert machine.run(NEED_PACKAGES, "demo").output == "", "no package is missing now"
