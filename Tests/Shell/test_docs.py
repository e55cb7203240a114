"""What docs/ says about the helpers and CI: the examples' shell parts run against a real registry.

Each is run in the way in which that CI runs it, by a user who has to log in first.
"""

import json
import re

import pytest
import yaml

from support.plugin import REPOSITORY_ROOT
from support.repository import LOOPBACK, Repository, platforms
from support.shells import HELPERS
from support.users import PUBLISHER

DOCS = REPOSITORY_ROOT / "docs"


def example(title):
    """The code under a heading of ci.md."""
    [code] = re.findall(
        rf"^## {title}\n+```\w+\n(.*?)^```$", (DOCS / "ci.md").read_text(), re.M | re.S
    )
    return code


@pytest.fixture
def pushed(basic_registry, path):
    """What the jobs before have done."""
    app = Repository(basic_registry, path, LOOPBACK)
    for arch in ("amd64", "arm64"):
        app.push(f"v1-{arch}", f"linux/{arch}")
    return app


def check(app, plugin, command, environment, tag="v1"):
    # With no credentials anywhere, docker would take a password manager that happens to be here.
    plugin.configure({"auths": {"other.example.com": {}}})
    result = plugin.spawn(command, environment)
    assert result.returncode == 0, result.output
    assert platforms(app.manifest(tag).content) == ["linux/amd64", "linux/arm64"]
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert app.host in config["auths"], "the example logged in by itself"


@pytest.mark.parametrize("branch", ["v1", "fix/v1"])
def test_github_actions(pushed, by_docker, branch):
    [step] = yaml.safe_load(example("GitHub Actions"))["jobs"]["publish"]["steps"]
    own = {"REGISTRY": pushed.host, "TOKEN": PUBLISHER.password}
    assert step["env"].keys() == own.keys()
    script = by_docker.home / "step.sh"
    script.write_text(step["run"])
    owner, _, name = pushed.path.partition("/")
    tag = branch.replace("/", "-")
    for arch in ("amd64", "arm64"):
        pushed.push(f"{tag}-{arch}", f"linux/{arch}")
    check(pushed, by_docker, ["bash", "-e", str(script)], tag=tag, environment={
        **own,
        "GITHUB_ACTOR": PUBLISHER.name,
        "GITHUB_REPOSITORY": f"{owner.title()}/{name}",
        "GITHUB_REF_NAME": branch,
    })


@pytest.mark.parametrize("shell", [["bash", "-eo", "pipefail"], ["busybox", "sh", "-e"]])
def test_gitlab_ci(pushed, by_docker, shell):
    script = "\n".join(yaml.safe_load(example("GitLab CI"))["publish"]["script"])
    check(pushed, by_docker, [*shell, "-c", script], {
        "CI_REGISTRY": pushed.host,
        "CI_REGISTRY_IMAGE": pushed.name,
        "CI_REGISTRY_USER": PUBLISHER.name,
        "CI_REGISTRY_PASSWORD": PUBLISHER.password,
        "CI_COMMIT_SHORT_SHA": "v1",
    })


def test_jenkins(pushed, by_docker):
    """Jenkins traces: the fixture fails if a password is in the output."""
    code = example("Jenkins")
    own = {"REGISTRY": pushed.host, "REPOSITORY": pushed.path, "LOGIN": "of no use"}
    environment = re.search(r"environment \{\n(.*?)\}", code, re.S)[1]
    assert re.findall(r"^ *(\w+) = ", environment, re.M) == list(own)
    [script] = re.findall(r"sh '''\n(.*?)'''", code, re.S)
    assert "\\" not in script, "Groovy would read it first"
    check(pushed, by_docker, ["sh", "-xe", "-c", script], {
        **own,
        "LOGIN_USR": PUBLISHER.name,
        "LOGIN_PSW": PUBLISHER.password,
        "BUILD_NUMBER": "v1",
    })


def test_every_function_is_documented():
    names = re.findall(r"^(mx_\w+)\(\)", (HELPERS / "manifestx.sh").read_text(), re.M)
    documented = re.findall(r"^\| `(\w+) ", (DOCS / "helpers.md").read_text(), re.M)
    assert sorted(documented) == sorted(names)
