"""The exit statuses, which are the same for every command, through the docker CLI."""

import re
from dataclasses import replace

import pytest

from support.credentials import auth
from support.plugin import REPOSITORY_ROOT
from support.users import PUBLISHER

ARGUMENTS = {
    "publish": ["v1-arm64"],
    "add": ["v1-arm64"],
    "remove": ["linux/arm64"],
    "annotate": ["--annotation", "a=b"],
    "inspect": [],
    "resolve": [],
}
COMMANDS = pytest.mark.parametrize("command", ARGUMENTS)


def test_the_readme_has_the_table_of_the_help(by_docker):
    help_text = by_docker.run("--help").stdout
    rows = [line.split(maxsplit=1) for line in re.search(r"Exit Status:\n(.*?)\n\n", help_text, re.S)[1].splitlines()]
    readme = (REPOSITORY_ROOT / "README.md").read_text()
    assert [f"| {status} | {meaning} |" for status, meaning in rows] == re.findall(r"^\| \d\S* \| [^|]* \|$", readme, re.M)


@COMMANDS
def test_not_found(by_docker, app, command):
    by_docker.fail(command, app.at("none"), *ARGUMENTS[command], code=3)


@COMMANDS
@pytest.mark.parametrize("stored", ["nothing", "a wrong password"])
def test_credentials(by_docker, token_app, command, stored):
    if stored != "nothing":
        by_docker.configure({"auths": {token_app.host: auth(replace(PUBLISHER, password="wrong"))}})
    by_docker.trust(token_app.host, token_app.registry.ca_file)
    by_docker.fail(command, token_app.at("none"), *ARGUMENTS[command], code=4)


@COMMANDS
@pytest.mark.parametrize("host", ["127.0.0.1:9", "no-such-host.invalid"])
def test_out_of_reach(by_docker, command, host):
    by_docker.fail(command, f"{host}/app:v1", *ARGUMENTS[command], code=5)


@COMMANDS
@pytest.mark.parametrize("words", [["--no-such"], [], ["bad:name:", "v1"], ["app:v1", "", "x"]])
def test_usage(by_docker, command, words):
    by_docker.fail(command, *words, code=125)
