"""`publish --file` with many lists: they share connections and tokens, and take little time and memory."""

import json
import shlex
import subprocess
import time

import pytest

from support.credentials import auth
from support.delay_proxy import DelayProxy
from support.memory import measured, peak
from support.plugin import Plugin
from support.podman import Podman
from support.repository import LOOPBACK, NON_LOOPBACK, Repository, platforms
from support.users import PUBLISHER

ARCHITECTURES = ("amd64", "arm64", "s390x", "ppc64le", "riscv64")
REPOSITORIES = 4
LISTS = 60


@pytest.fixture(scope="module")
def repositories(token_registry):
    found = [Repository(token_registry, f"test/many-lists-{number}", NON_LOOPBACK) for number in range(REPOSITORIES)]
    for repository in found:
        for architecture in ARCHITECTURES:
            repository.push(f"v1-{architecture}", f"linux/{architecture}")
    return found


@pytest.fixture
def plugin(tmp_path):
    return Plugin(tmp_path / "home", secrets=[PUBLISHER.pair])


def spec(repositories, name, count, host, tmp_path):
    """A file of lists, which take turns in the repositories."""
    lists = [
        f"- image: {host}/{repositories[number % REPOSITORIES].path}:{name}.{number}\n"
        f"  manifests: [{', '.join(f'v1-{architecture}' for architecture in ARCHITECTURES)}]\n"
        for number in range(count)
    ]
    file = tmp_path / f"{name}.yaml"
    file.write_text("".join(lists))
    return str(file)


def test_connections_tokens_and_round_trips(repositories, token_server, plugin, tmp_path):
    """The lists wait together: sixteen of them hardly longer than one, and as many more for four round trips."""
    registry = repositories[0].registry
    seconds = {}
    with DelayProxy(registry.host, delay=0.1) as proxy:
        host = proxy.host.replace(LOOPBACK, NON_LOOPBACK)
        plugin.trust(host, registry.ca_file)
        plugin.configure({"auths": {host: auth(PUBLISHER)}})
        for count in (1, 16, LISTS):
            tokens, mark = token_server.mark(), registry.log.mark()
            connections = proxy.connections
            began = time.monotonic()
            plugin.publish("--file", spec(repositories, f"c{count}", count, host, tmp_path))
            seconds[count] = time.monotonic() - began
            assert proxy.connections == connections + 1
            scopes = [scope for request in token_server.since(tokens) for scope in request.scopes]
            assert len(scopes) <= min(count, REPOSITORIES) + 1, scopes
            served = [request for request in registry.log.since(mark) if request.status in (200, 201)]
            assert len(served) <= count * (2 * len(ARCHITECTURES) + 1)
        assert seconds[16] < seconds[1] + 4 * proxy.round_trip
        assert seconds[LISTS] < seconds[16] + 4 * proxy.round_trip * (LISTS - 16) / 16 + 1
    for repository in repositories:
        assert platforms(repository.manifest(f"c16.{repositories.index(repository)}").content) == [
            f"linux/{architecture}" for architecture in ARCHITECTURES
        ]


def test_memory_and_time(repositories, plugin, tmp_path):
    """As much memory for many lists as for few, and a fraction of the time of a shell loop over another tool."""
    registry = repositories[0].registry
    peaks, seconds = {}, {}
    with DelayProxy(registry.host, delay=0.01) as proxy:
        host = proxy.host.replace(LOOPBACK, NON_LOOPBACK)
        plugin.trust(host, registry.ca_file)
        plugin.configure({"auths": {host: auth(PUBLISHER)}})
        for count in (10, LISTS):
            began = time.monotonic()
            words = ["publish", "--file", spec(repositories, f"m{count}", count, host, tmp_path)]
            result = plugin.spawn(measured([plugin.binary, *words]))
            seconds[count] = time.monotonic() - began
            assert result.returncode == 0, result.stderr
            peaks[count] = peak(result)
        per_list = podman_seconds(f"{host}/{repositories[0].path}", tmp_path)
    assert len(json.loads(repositories[0].manifest("podman").content)["manifests"]) == len(ARCHITECTURES)
    assert peaks[LISTS] < peaks[10] + (8 << 20), peaks
    assert seconds[LISTS] / LISTS * 20 < per_list, (seconds, per_list)


def podman_seconds(name, tmp_path):
    """The time that podman takes for one such list, as in a loop of a shell."""
    podman = Podman(tmp_path / "podman")
    options = f"--tls-verify=false --creds {shlex.quote(':'.join(PUBLISHER.pair))}"
    script = "\n".join([
        f"set -e; podman manifest create {name}:podman",
        *(f"podman manifest add {options} {name}:podman {name}:v1-{architecture}" for architecture in ARCHITECTURES),
        f"podman manifest push {options} --all {name}:podman docker://{name}:podman",
    ])
    environment = {**podman.environment, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(tmp_path)}
    began = time.monotonic()
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began
