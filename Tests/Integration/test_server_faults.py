"""Faulty and malicious servers: a clear error within a limited time, and no leaked secret.

The cases are slow (they wait and retry), so all of them run at the same time, each with its own
plugin and servers, before the first test checks its outcome. Their output is searched for secrets,
and so are the command lines of all processes.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from support.memory import measured, peak
from support.credentials import auth
from support.plugin import FAILURES, Plugin
from support.secret_leaks import CommandLineWatch
from support.server_fault_cases import CASES, GOOD, MEGABYTE, SECRETS, Case
from support.server_fault_stub import server_for
from support.users import PUBLISHER

SLACK = 10  # In seconds: all cases run at the same time, perhaps on two cores.


@dataclass(frozen=True)
class Outcome:
    case: Case
    server: object
    result: object


class Outcomes:
    """The outcomes by case name. The exception of a case is raised in the test that reads it."""

    def __init__(self, watch):
        self.watch = watch
        self.futures = {}

    def __getitem__(self, name):
        return self.futures[name].result()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    with contextlib.ExitStack() as stack:
        outcomes = Outcomes(stack.enter_context(CommandLineWatch(SECRETS, every=0.02)))
        pool = stack.enter_context(ThreadPoolExecutor(len(CASES)))
        for name, case in CASES.items():
            server = stack.enter_context(server_for(case))
            running = start(case, server, tmp_path_factory.mktemp(name))
            outcomes.futures[name] = pool.submit(outcome, case, server, running)
        yield outcomes


def start(case, server, directory):
    plugin = Plugin(directory / "home", secrets=SECRETS)
    entry = case.config() if case.config else auth(PUBLISHER)
    plugin.configure({"auths": {server.host: entry}})
    flags = ["--debug"] if case.debug else []
    return plugin.start(measured([plugin.binary, "inspect", *flags, *case.arguments, f"{server.host}/test/app:v1"]))


def outcome(case, server, running):
    return Outcome(case, server, running.wait(timeout=case.seconds[1] + SLACK))


@pytest.mark.parametrize("name", CASES)
def test_server_fault(outcomes, name):
    outcome = outcomes[name]
    case, result = outcome.case, outcome.result
    for fact in case.facts:
        assert fact in result.stderr
    if case.works:
        assert result.returncode == 0, result.stderr
        assert GOOD.digest in result.stdout
    else:
        assert result.returncode in FAILURES, result.stderr
        assert result.stdout == ""
        [error] = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
        assert any(name in error for name in (outcome.server.host, "test/app:v1", *case.facts))
    asked = [r for r in outcome.server.requests if "/manifests/" in r.path]
    least, most = case.requests
    assert least <= len(asked) <= most, f"{len(asked)} requests\n{result.stderr}"
    shortest, longest = case.seconds
    assert shortest <= result.seconds <= longest + SLACK, result.stderr
    assert peak(result) < 64 * MEGABYTE


def test_no_command_line_contains_a_secret(outcomes):
    for name in CASES:
        assert outcomes[name].server.requests, f"{name}: the plugin has read the secrets, and asked the server"
    assert outcomes.watch.looks > 0
    assert not outcomes.watch.found


def test_post_is_never_retried(outcomes):
    posts = [r for r in outcomes["post-fails"].server.requests if r.method == "POST"]
    assert len(posts) == 1


@pytest.mark.parametrize("name", ["401-bearer-for-ever", "insufficient-scope-for-ever"])
def test_tokens_are_not_requested_in_a_loop(outcomes, name):
    requests = [r for r in outcomes[name].server.requests if r.path.startswith("/token")]
    assert 1 <= len(requests) <= 2
    assert "never-good-enough-1414" not in outcomes[name].result.output


def test_token_cannot_inject_a_header(outcomes):
    outcome = outcomes["token-is-line-break"]
    paths = [request.path.split("?")[0] for request in outcome.server.requests]
    assert "/token" in paths, "it has received the token"
    assert "the token contains invalid characters" in outcome.result.stderr
    assert not [request for request in outcome.server.requests if "X-Injected" in request.headers]


def test_password_in_a_realm_is_not_shown(outcomes):
    result = outcomes["realm-has-a-password"].result
    assert "ERROR: " in result.stderr and "127.0.0.1:1" in result.stderr
    assert "in-the-realm-6626" not in result.output


def test_waiting_is_reported_before_it_starts(outcomes):
    """The message is printed while it waits, not afterwards, and names the host."""
    for name in ("429-in-seconds", "429-at-a-date"):
        outcome = outcomes[name]
        [(when, line)] = [(w, text) for w, text in outcome.result.lines if "429" in text]
        assert outcome.server.host in line
        assert outcome.result.seconds - when >= 0.9
