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


LIST = "127.0.0.1:9/app:v1"


@pytest.mark.parametrize("line", [
    "publish --push LIST v1-*", "publish LIST v1", "publish -t v1-arm64 LIST v1-arm64", "add LIST :v1",
    "publish LIST v1-arm64 :v1-arm64", "add LIST v1-arm64 v1-arm64", "publish --media-type docker oci:x:v1 LIST",
    "publish --keep-tags {tag}-{arch} oci-archive:x.tar:v1 LIST", "publish oci-archive:x.tar:v1 LIST -t oci-archive:y.tar:v1",
    "annotate --arch arm46 LIST v1-arm64", "annotate --variant v99 LIST linux/arm64", "annotate --os linx LIST v1-arm64",
    "annotate --variant v7 --arch amd64 LIST v1-arm64", "annotate --os-version \u00e9 LIST v1-arm64", "remove LIST arm/v7",
    "remove LIST windows/amd64:x", "remove LIST sha256:13a0002334d7",
])
def test_mistakes_that_the_arguments_alone_show(by_docker, line):
    """No registry is asked: this one does not answer."""
    by_docker.fail(*(LIST if word == "LIST" else word for word in line.split()), code=125)


def test_one_image_for_several_platforms_is_no_mistake(app, binary):
    """Such as one that has only data."""
    app.push("data", "linux/arm64")
    file = binary.home / "list.yaml"
    entries = [f"{{image: '{app.at('data')}', platform: {{os: linux, architecture: {arch}}}}}" for arch in ("arm64", "amd64")]
    file.write_text(f"image: {app.at('v1')}\nmanifests: [{', '.join(entries)}]\n")
    binary.run("publish", "--platform-from", "tag", "--file", str(file))
    assert "linux/amd64" in binary.run("inspect", app.at("v1")).stdout
