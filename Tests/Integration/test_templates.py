"""Templates: the table of the unit tests has the outputs of the real docker CLI, and `inspect --format` uses them."""

import hashlib
import json
from pathlib import Path

import pytest

from support import images

TABLE = Path(__file__).parents[1] / "TemplatesTests/templates.json"
SEPARATOR = "\x1e"


def test_table_of_templates_is_what_docker_prints(plugin):
    """`docker context inspect` works without an engine, and a context has room for data of any kind."""
    table = json.loads(TABLE.read_text())
    directory = plugin.config_dir / "contexts/meta" / hashlib.sha256(b"table").hexdigest()
    directory.mkdir(parents=True)
    meta = {
        "Name": "table",
        "Metadata": {"data": table["data"]},
        "Endpoints": {"docker": {"Host": "unix:///nowhere"}},
    }
    (directory / "meta.json").write_text(json.dumps(meta))
    # One run for all: each template is a definition, in which $ is its argument.
    numbered = list(enumerate(template for template, _ in table["cases"]))
    definitions = "".join(f'{{{{define "{number}"}}}}{text}{{{{end}}}}' for number, text in numbered)
    calls = "".join(
        f'{{{{template "{number}" .Metadata.Metadata.AdditionalFields.data}}}}{SEPARATOR}'
        for number, _ in numbered
    )
    command = ["docker", "context", "inspect", "table", "--format", definitions + calls]
    result = plugin.spawn(command)
    assert result.returncode == 0, result.output
    *outputs, _ = result.stdout.split(SEPARATOR)
    assert outputs == [output for _, output in table["cases"]]


@pytest.fixture
def listed(app):
    """An index with annotations, and one of its images under a name of its own."""
    app.push("v1", images.buildx("linux/amd64", "linux/arm/v7", marker=app.path, annotations={"a.b/c": "d"}))
    app.push("image", images.build("linux/arm64", "oci", marker=app.path, labels={"maintainer": "me"}))
    return app


CASES = [
    ("v1", "{{.Name}} {{.Manifest.MediaType}}", 1, "{name}:v1 " + images.OCI_INDEX),
    ("v1", "{{.Digest}} {{.Manifest.Digest}}", 1, "{digest} {digest}"),
    ("v1", '{{range .Manifest.Manifests}}{{if ne .Platform.OS "unknown"}}{{.Platform.OS}}/{{.Platform.Architecture}}'
     '{{with .Platform.Variant}}/{{.}}{{end}};{{end}}{{end}}', 1, "linux/amd64;linux/arm/v7;"),
    ("v1", '{{index .Manifest.Annotations "a.b/c"}}\t{{len .Manifest.Manifests}}{{.Manifest.Config}}', 1, "d\t4"),
    ("v1", '{{range $p, $i := .Image}}{{$p}}={{$i.OS}} {{end}}{{(index .Image "linux/arm/v7").Variant}}', 7,
     "linux/amd64=linux linux/arm/v7=linux v7"),
    ("image", "{{len .Manifest.Layers}} {{range .Manifest.Manifests}}x{{else}}no list{{end}}", 1, "1 no list"),
    ("image", "{{.Image.Architecture}} {{.Image.Config.Labels.maintainer}} {{json .Image.Config.Labels}}", 2,
     'arm64 me {"maintainer":"me"}'),
]


@pytest.mark.parametrize("tag, template, requests, expected", CASES)
def test_format_with_a_template(listed, binary, tag, template, requests, expected):
    """The images are only read for .Image."""
    mark = listed.registry.log.mark()
    shown = binary.run("inspect", "--format", template, listed.at(tag)).stdout
    assert shown == expected.replace("{name}", listed.name).replace("{digest}", listed.manifest(tag).digest) + "\n"
    reads = [r for r in listed.requests_since(mark) if r.method == "GET"]
    assert len(reads) - 1 == requests, reads  # One GET is the test's.


@pytest.mark.parametrize("text, shown", [
    ("##vso[task.setvariable]", "##vso\\u005Btask.setvariable]"), ("a\n ::error::b", "a\n \\u{3A}:error::b"),
])
def test_commands_to_ci_systems_are_disarmed(app, binary, text, shown):
    app.push("v1", images.build("linux/arm64", labels={"x": text}))
    result = binary.run("inspect", "--format", '{{index .Image.Config.Labels "x"}}', app.at("v1"))
    assert result.stdout == f"{shown}\n"
    result = binary.run("inspect", "--format", "{{json .Image.Config.Labels}}", app.at("v1"))
    assert json.loads(result.stdout) == {"x": text} and "##vso[" not in result.stdout


def test_names_and_platforms_with_a_template(listed, binary):
    template = "{{.Name}} {{.Manifest.Digest}}"
    shown = binary.run("inspect", "--format", template, listed.at("v1"), listed.at("image")).stdout.splitlines()
    assert shown == [f"{listed.at(tag)} {listed.manifest(tag).digest}" for tag in ("v1", "image")]
    [digest] = binary.run(
        "inspect", "--platform", "linux/amd64", "-f", "{{.Manifest.Digest}}", listed.at("v1")
    ).stdout.split()
    assert digest in listed.manifest("v1").content.decode()


def test_mistakes_in_a_template_of_inspect(listed, binary):
    text = binary.fail("inspect", "--format", "{{.Manifest.MediaTyp}}", listed.at("v1")).stderr
    assert text == (
        "ERROR: the template of --format: column 12: there is no field .Manifest.MediaTyp\n"
        "  Did you mean .Manifest.mediaType?\n"
    )
    text = binary.fail("inspect", "--format", "jsno", listed.at("v1"), code=125).stderr
    assert text.startswith("invalid value “jsno” for --format: must be table, json, digest, pinned, platforms or a template")
    assert "Did you mean --format json?" in text


def test_versions_of_windows_have_names_of_their_own(app, binary):
    for version in ("10.0.17763.1", "10.0.20348.2"):
        app.push(version, "windows/amd64", os_version=version)
    binary.publish(app.at("v1"), "10.0.17763.1", "10.0.20348.2")
    template = '{{range $p, $i := .Image}}{{$p}}={{index $i "os.version"}} {{end}}'
    result = binary.run("inspect", "--format", template, app.at("v1"))
    assert result.stdout.split() == [
        "windows(10.0.20348.2)/amd64=10.0.20348.2", "windows/amd64=10.0.17763.1"]
