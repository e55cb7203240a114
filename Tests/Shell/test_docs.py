"""docs/ and README.md: the shell parts of the CI examples work with a real registry.

Each example runs as its CI system would run it, for a user who must log in first.
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
        rf"^##+ {title}\n+```\w+\n(.*?)^```$", (DOCS / "ci.md").read_text(), re.M | re.S
    )
    return code


@pytest.fixture
def pushed(basic_registry, path):
    """A repository with the images that the earlier jobs have pushed."""
    app = Repository(basic_registry, path, LOOPBACK)
    for arch in ("amd64", "arm64"):
        app.push(f"v1-{arch}", f"linux/{arch}")
    return app


def check(app, plugin, command, environment, tag="v1"):
    # Without any credentials, docker would use a password manager that is installed here.
    plugin.configure({"auths": {"other.example.com": {}}})
    result = plugin.spawn(command, environment)
    assert result.returncode == 0, result.output
    assert platforms(app.manifest(tag).content) == ["linux/amd64", "linux/arm64"]
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert app.host in config["auths"], "the example must log in"


@pytest.mark.parametrize("branch", ["v1", "fix/v1"])
def test_the_github_actions_example_publishes(pushed, by_docker, branch):
    [_, step] = yaml.safe_load(example("GitHub Actions"))["jobs"]["publish"]["steps"]
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
def test_the_gitlab_ci_example_publishes(pushed, by_docker, shell):
    script = "\n".join(yaml.safe_load(example("GitLab CI"))["publish"]["script"])
    check(pushed, by_docker, [*shell, "-c", script], {
        "CI_REGISTRY": pushed.host,
        "CI_REGISTRY_IMAGE": pushed.name,
        "CI_REGISTRY_USER": PUBLISHER.name,
        "CI_REGISTRY_PASSWORD": PUBLISHER.password,
        "CI_COMMIT_SHORT_SHA": "v1",
    })


def test_the_jenkins_example_publishes_and_shows_no_password(pushed, by_docker):
    """Jenkins prints each command. The fixture fails if a password is in the output."""
    code = example("Jenkins")
    own = {"REGISTRY": pushed.host, "REPOSITORY": pushed.path, "LOGIN": "not used"}
    code = code[code.index("stage('Publish"):]
    environment = re.search(r"environment \{\n(.*?)\}", code, re.S)[1]
    assert re.findall(r"^ *(\w+) = ", environment, re.M) == list(own)
    [script] = re.findall(r"sh '''\n(.*?)'''", code, re.S)
    assert "\\" not in script, "Groovy would interpret it first"
    check(pushed, by_docker, ["sh", "-xe", "-c", script], {
        **own,
        "LOGIN_USR": PUBLISHER.name,
        "LOGIN_PSW": PUBLISHER.password,
        "BUILD_NUMBER": "v1",
    })


def joining(system):
    """The script of a job without a publishing job, and the names of the variable for its tag."""
    code = example(f"{system}, with a matrix")
    if system == "Jenkins":
        return re.search(r"sh '''\n(.*?)'''", code, re.S)[1], "BUILD_NUMBER"
    if system == "GitLab CI":
        return "\n".join(yaml.safe_load(code)["image"]["script"]), "CI_PIPELINE_ID"
    [step] = yaml.safe_load(code)["jobs"]["image"]["steps"]
    return step["run"], "GITHUB_RUN_ID"


@pytest.mark.parametrize("system", ["GitHub Actions", "GitLab CI", "Jenkins"])
def test_the_jobs_of_a_matrix_publish_together(basic_registry, path, by_docker, system):
    """Each pushes its image, and runs the same command. The second one begins when the first one has ended."""
    app = Repository(basic_registry, path, LOOPBACK)
    script, variable = joining(system)
    lines = [line for line in script.splitlines() if not line.strip().startswith(("docker build ", "docker push "))]
    assert len(lines) == len(script.splitlines()) - 2
    owner, _, name = app.path.partition("/")
    by_docker.configure({"auths": {"other.example.com": {}}})
    for arches in (["arm64"], ["amd64", "arm64"]):
        tag = "build-7" if system == "GitHub Actions" else "7"
        app.push(f"{tag}-{arches[0]}", f"linux/{arches[0]}")
        result = by_docker.spawn(["bash", "-e", "-c", "\n".join(lines)], {
            variable: "7", "ARCH": arches[0],
            "REGISTRY": app.host, "TOKEN": PUBLISHER.password, "GITHUB_ACTOR": PUBLISHER.name,
            "GITHUB_REPOSITORY": f"{owner.title()}/{name}",
            "CI_REGISTRY": app.host, "CI_REGISTRY_IMAGE": app.name,
            "CI_REGISTRY_USER": PUBLISHER.name, "CI_REGISTRY_PASSWORD": PUBLISHER.password,
            "REPOSITORY": app.path, "LOGIN_USR": PUBLISHER.name, "LOGIN_PSW": PUBLISHER.password,
        })
        assert result.returncode == 0, result.output
        assert platforms(app.manifest(tag).content) == [f"linux/{arch}" for arch in arches]


def test_a_login_with_podman_as_described_is_used(pushed, by_docker):
    by_docker.configure({"auths": {"other.example.com": {}}})
    [login] = re.findall(r"^    podman login .*$", (DOCS / "registries.md").read_text(), re.M)
    login = login.replace("harbor.example.com", pushed.host)
    result = by_docker.fail("publish", pushed.at("v1"), "v1-amd64", "v1-arm64")
    assert "no credentials are stored" in result.stderr
    options = f"--tls-verify=false --username {PUBLISHER.name} --password-stdin"
    by_docker.spawn(["sh", "-ec", f'printf %s "$PASSWORD" | {login} {options}'],
                    {"PASSWORD": PUBLISHER.password})
    by_docker.publish(pushed.at("v1"), "v1-amd64", "v1-arm64")


@pytest.mark.parametrize("arch, code, output", [
    ("arm64", 0, "done\n"), ("s390x", 0, "built\ndone\n"), (None, 0, "built\ndone\n"), ("unreachable", 2, ""),
])
def test_only_a_missing_platform_is_built(shell, app, arch, code, output):
    """An image that cannot be read, because nothing answers, is another case."""
    [commands] = re.findall(
        r"^    found=0\n(?:    .*\n)+", (DOCS / "helpers.md").read_text(), re.M
    )
    name = app.at("v1")
    if arch == "unreachable":
        name = "127.0.0.1:1/app:v1"
    elif arch:
        app.push("v1", f"linux/{arch}")
    make = 'make() { [ "$*" = image-arm64 ] && echo built; }'
    commands = commands.replace("harbor.example.com/test/app:v1", name)
    result = shell.run(f"{make}\n{commands}echo done", code=code)
    assert result.stdout == output
    assert ("ERROR: " in result.stderr) == (code == 2)


def test_every_function_is_documented():
    names = re.findall(r"^(mx_\w+)\(\)", (HELPERS / "manifestx.sh").read_text(), re.M)
    documented = re.findall(r"^\| `(\w+) ", (DOCS / "helpers.md").read_text(), re.M)
    assert sorted(documented) == sorted(names)
