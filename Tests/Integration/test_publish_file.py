"""`docker manifestx publish --file SPEC`: many lists in one run."""

import json

import pytest

from support import images
from support.credentials import auth
from support.repository import platforms, skopeo_raw
from support.users import PUBLISHER


def spec(tmp_path, text, name="spec.yaml"):
    file = tmp_path / name
    file.write_text(text if isinstance(text, str) else json.dumps(text))
    return str(file)


def lists_of(app, *tags, words=("v1-arm64-20210624", "v1-amd64-20210624")):
    return [{"image": app.at(tag), "manifests": list(words)} for tag in tags]


@pytest.fixture
def pair(app):
    app.push_pair()
    return app


MANIFEST_TOOL = """
image: {name}:latest
tags: ["1.0.0", 1.10, "1"]
annotations:
  org.opencontainers.image.title: My Image Title
manifests:
  -
    image: {name}:arm
    platform:
      architecture: arm64
      os: linux
      variant: v8
  -
    image: {name}:windows_2019
    platform:
      architecture: amd64
      os: windows
  - image: {name}:windows_2016
    platform:
      architecture: amd64
      os: windows
      osversion: 10.0.14393.4770
      osfeatures: [win32k]
      features: [sse4]
  - image: {name}:plain
    platform:
      architecture: s390x
      os: linux
      variant: ""
      osversion: ""
      osfeatures: []
"""


def test_the_yaml_of_manifest_tool(token_app, plugin, tmp_path):
    """What is left out is the image's own. The lists are read back by another tool."""
    app = token_app
    app.push("arm", images.build(None, fields={}))
    app.push("windows_2019", "windows/amd64", os_version="10.0.17763.2300")
    app.push("windows_2016", "windows/amd64")
    app.push("plain", "linux/s390x")
    plugin.trust(app.host, app.registry.ca_file)
    plugin.configure({"auths": {app.host: auth(PUBLISHER)}})
    result = plugin.publish("--file", spec(tmp_path, MANIFEST_TOOL.format(name=app.name)))
    put = app.manifest("latest")
    assert result.stdout == f"{app.at('latest')}@{put.digest}\n"
    assert result.stderr.endswith("Published 1 list\n")
    directory = tmp_path / "certs"
    directory.mkdir()
    (directory / "ca.crt").write_bytes(app.registry.ca_file.read_bytes())
    for tag in "1.0.0", "1.10", "1":
        options = ["--cert-dir", str(directory), "--creds", ":".join(PUBLISHER.pair)]
        assert skopeo_raw(app.at(tag), *options) == put.content
    content = json.loads(put.content)
    assert content["annotations"] == {"org.opencontainers.image.title": "My Image Title"}
    assert platforms(put.content) == ["linux/arm64/v8", "windows/amd64", "windows/amd64", "linux/s390x"]
    windows = [entry["platform"] for entry in content["manifests"][1:3]]
    assert [platform["os.version"] for platform in windows] == ["10.0.17763.2300", "10.0.14393.4770"]
    assert windows[1]["os.features"] == ["win32k"]
    assert content["manifests"][3]["platform"] == {"architecture": "s390x", "os": "linux"}


@pytest.mark.parametrize("image, platform, error", [
    ("v1-arm64-20210624", "{osversion: 10.0.1}", "only windows has a version, not linux"),
    ("v1-amd64-20210624", "{variant: v9}", "“linux/amd64/v9” is not a platform"),
    ("all", "{variant: v8}", "cannot set the platform of REPOSITORY:all: it is a multi-platform image"),
    ("all", "{osfeatures: [a]}", "cannot set the platform of REPOSITORY:all: it is a multi-platform image"),
])
def test_parts_of_a_platform_that_an_image_cannot_have(pair, plugin, tmp_path, image, platform, error):
    plugin.publish(pair.at("all"), "v1-arm64-20210624", "v1-amd64-20210624")
    yaml = spec(tmp_path, f"image: {pair.at('v1')}\nmanifests: [{{image: {image}, platform: {platform}}}]\n")
    result = plugin.fail("publish", "--file", yaml, code=1)
    assert error.replace("REPOSITORY", pair.name) in result.stderr
    assert "v1" not in pair.tags()


def test_a_part_of_the_platform_of_the_image_in_an_index(app, plugin, tmp_path):
    app.push("arm", "linux/arm/v6")
    plugin.publish(app.at("one"), "arm")
    yaml = spec(tmp_path, f"image: {app.at('v1')}\nmanifests: [{{image: one, platform: {{variant: v7}}}}]\n")
    plugin.publish("--file", yaml)
    assert platforms(app.manifest("v1").content) == ["linux/arm/v7"]


def test_several_files_and_documents(pair, plugin, tmp_path):
    """Variables come from the environment and from --set; what the command line says is for all lists."""
    yaml = spec(tmp_path, """
image: ${REPO}:v1
tags: ["${EXTRA}"]
manifests: [v1-arm64-20210624, v1-amd64-20210624]
expect: [linux/arm64, linux/amd64]
---
lists:
- image: ${REPO}:v2
  media-type: oci
  annotations: {a: "$${REPO}"}
  manifests:
  - {image: v1-arm64-20210624, platform: linux/arm64}
""")
    json_file = spec(tmp_path, "\ufeff" + json.dumps(lists_of(pair, "v3")), "spec.json")
    metadata = tmp_path / "metadata.json"
    result = plugin.publish(
        "--file", yaml, "--file", json_file, "--set", "EXTRA=v1.1", "--annotation", "b=c",
        "--metadata-file", str(metadata), environment={"REPO": pair.name},
    )
    digests = {tag: pair.manifest(tag).digest for tag in ("v1", "v2", "v3")}
    assert result.stdout == "".join(f"{pair.at(tag)}@{digest}\n" for tag, digest in digests.items())
    assert pair.manifest("v1.1").digest == digests["v1"]
    assert json.loads(pair.manifest("v1").content)["annotations"] == {"b": "c"}
    assert json.loads(pair.manifest("v2").content)["annotations"] == {"a": "${REPO}", "b": "c"}
    written = json.loads(metadata.read_text())
    assert [item["image.name"] for item in written] == [
        f"{pair.at('v1')},{pair.at('v1.1')}", pair.at("v2"), pair.at("v3")]
    assert [item["containerimage.digest"] for item in written] == list(digests.values())


def test_a_list_that_fails_does_not_stop_the_others(pair, plugin, tmp_path):
    """And the next run does only what is left."""
    lists = lists_of(pair, "v1", "v2", "v3")
    lists[1]["manifests"].append("v1-s390x")
    file = spec(tmp_path, "\n".join(f"- {json.dumps(item)}" for item in lists))
    result = plugin.attempt("publish", "--file", file)
    assert result.returncode == 3
    assert result.stdout == "".join(f"{pair.at(tag)}@{pair.manifest(tag).digest}\n" for tag in ("v1", "v3"))
    assert f"ERROR: {file}:2: {pair.at('v1-s390x')} is not" in result.stderr
    end = f"ERROR: 1 of 3 lists failed\n  {pair.at('v2')} ({file}:2)\n  Run the command again to publish what is left\n"
    assert result.stderr.endswith(f"Published 2 lists, 1 failed\n{end}")
    assert "v2" not in pair.tags()

    pair.push("v1-s390x", "linux/s390x")
    mark = pair.registry.log.mark()
    again = plugin.publish("--file", file)
    puts = [request.path for request in pair.requests_since(mark) if request.writes]
    assert puts == [f"/v2/{pair.path}/manifests/v2"]
    assert again.stderr.endswith("Published 1 list, 2 had not changed\n")
    assert platforms(pair.manifest("v2").content) == ["linux/arm64", "linux/amd64", "linux/s390x"]


def test_nothing_is_sent_if_one_of_many_is_wrong(pair, binary, tmp_path):
    """More than a thousand lists are read in a few seconds."""
    lists = [
        f"- image: {pair.at('v1')}-{number}\n  manifests:\n"
        + "".join(f"  - image: v1-{number}-{name}\n    platform: {{os: linux, architecture: {name}}}\n"
                  for name in ("arm64", "amd64", "s390x", "ppc64le", "riscv64"))
        for number in range(1_500)
    ]
    lists[1234] = lists[1234].replace("manifests", "manifest")
    mark = pair.registry.log.mark()
    for name, text in ("a.yaml", "".join(lists)), ("b.yaml", f"image: {pair.at('v1-12')}\nmanifests: [v1-a]\n"):
        spec(tmp_path, text, name)
    result = binary.fail("publish", "--file", str(tmp_path / "a.yaml"))
    line = 1234 * 12 + 2
    assert result.stderr == (
        f"ERROR: {tmp_path}/a.yaml:{line}: the key \u201cmanifest\u201d is not known. Did you mean \u201cmanifests\u201d?\n"
        "Nothing was published.\n"
    )
    (tmp_path / "a.yaml").write_text("".join(lists[:20]))
    result = binary.fail("publish", "--file", str(tmp_path / "a.yaml"), "--file", str(tmp_path / "b.yaml"))
    assert result.stderr == (
        f"ERROR: {tmp_path}/b.yaml:1: {pair.at('v1-12')} is also a name of the list in {tmp_path}/a.yaml:145\n"
        "Nothing was published.\n"
    )
    assert pair.requests_since(mark) == []


def test_a_dry_run_and_other_outputs(pair, binary, tmp_path):
    file = spec(tmp_path, lists_of(pair, "v1", "v2"))
    dry = binary.publish("--file", file, "--dry-run", "-q")
    assert "v1" not in pair.tags() and dry.stderr == ""
    real = binary.publish("--file", file, "--progress", "rawjson")
    assert dry.stdout == real.stdout
    events = [json.loads(line) for line in real.stderr.splitlines()]
    published = {event["list"]: event["name"] for event in events if event["event"] == "published"}
    assert published == {pair.at(tag): pair.at(tag) for tag in ("v1", "v2")}
    assert all("list" in event for event in events if event["event"] in ("resolved", "assembled", "publishing"))
    formatted = json.loads(binary.publish("--file", file, "--format", "json").stdout)
    assert [item["image.name"] for item in formatted] == [pair.at("v1"), pair.at("v2")]
    dry = binary.publish("--file", file, "--dry-run")
    assert dry.stderr.endswith("Dry run: nothing was sent. 2 lists would be published\n")


def test_lists_in_one_layout(pair, binary, tmp_path):
    """Their writers wait for each other."""
    layout = tmp_path / "layout"
    lists = [
        {"image": f"oci-layout://{layout}:v{number}", "manifests": [pair.at("v1-arm64-20210624")]}
        for number in range(20)
    ]
    binary.publish("--file", spec(tmp_path, lists))
    names = [entry["annotations"]["org.opencontainers.image.ref.name"]
             for entry in json.loads((layout / "index.json").read_text())["manifests"]]
    assert sorted(names) == sorted(f"v{number}" for number in range(20))


@pytest.mark.parametrize("words, text", [
    (["LIST"], "--file and LIST cannot be used together"),
    (["--from", "x"], "--file and --from cannot be used together"),
    (["--tag", "x"], "--file and --tag cannot be used together"),
    (["--push"], "--file and --push cannot be used together"),
    (["--platform", "a=linux/arm64"], "--file and --platform cannot be used together"),
    (["--subject", "x"], "--file and --subject cannot be used together"),
    (["--set", "1=x"], "invalid value \u201c1=x\u201d for --set: must be VAR=VALUE"),
    (["--file", "-", "--file", "-"], "--file - can be used once"),
])
def test_options_that_are_about_one_list(binary, words, text):
    assert text in binary.fail("publish", "--file", "a.yaml", *words, code=125).stderr


def test_set_needs_a_file(binary):
    assert "use it with --file" in binary.fail("publish", "--set", "A=b", "a:v1", "x", code=125).stderr


@pytest.mark.parametrize("text, message", [
    ("a: &a [x]\nb: [*a]", "-:2: aliases (*a) are not supported: write the value again, or put a pattern in quotation"),
    ("image: a\ntags: [${A}]", "quotation marks: [\"${VAR}\"]"), ("[" * 1000, "-:1: it is nested more than 32 levels"),
    ('[{"image": "a",\n\t"manifests": ["b"]\n\t"tags": ["x"]}]', "-:3: there should be a comma"),
    ("image: a\n\ttags: [b]", "-:2: the line is indented with a tab"), ("a: 1\nb: 2\na: 3", "-:3: the key \u201ca\u201d is there"),
    ("[" + "a," * 100_000 + "]", "-:1: there are more than 100000 values"),
    (" " * (5 << 20), "the files of --file have more than 4 MiB together"),
    ("", "-:1: the file contains no list"), ("image: ${A}\nmanifests: [b]", "-:1: the variable A is not set"),
])
def test_input_that_is_refused(binary, tmp_path, text, message):
    (tmp_path / "in").write_text(text)
    run = binary.spawn(["sh", "-c", f"'{binary.binary}' publish --file - < '{tmp_path}/in'"])
    assert run.returncode == 1 and run.stdout == ""
    assert message.replace("-:", "standard input:") in run.stderr and len(run.stderr) < 500


def test_a_variable_that_is_not_text_is_refused(binary, tmp_path):
    """Another name would be published. A replacement character that is one is text."""
    (tmp_path / "in").write_text('image: "127.0.0.1:1/a:${A}"\nmanifests: [b]')
    for value, message in (b"\xe9", "the environment variable A is not valid UTF-8"), ("\ufffd".encode(), "cannot be a tag"):
        run = binary.spawn(["env", b"A=" + value, str(binary.binary), "publish", "--file", str(tmp_path / "in")])
        assert run.returncode in (1, 125) and message in run.stderr


def test_json_needs_no_libyaml(pair, binary, tmp_path):
    """A machine without libyaml publishes JSON, and says what YAML needs."""
    text = json.dumps(lists_of(pair, "v1"))
    hidden = tmp_path / "empty"
    hidden.write_text("")
    script = """
        library=$(/sbin/ldconfig -p | awk '/libyaml-0.so.2/ { print $NF; exit }')
        mount --bind "$1" "$(realpath "$library")" && shift && exec "$@"
    """
    run = ["unshare", "--mount", "bash", "-c", script, "-", str(hidden), str(binary.binary), "publish", "--file"]
    done = binary.spawn([*run, spec(tmp_path, text)])
    assert done.returncode == 0 and done.stdout == f"{pair.at('v1')}@{pair.manifest('v1').digest}\n"
    failed = binary.spawn([*run, spec(tmp_path, "image: a\n")])
    assert failed.returncode == 1
    assert f"ERROR: cannot read {tmp_path}/spec.yaml: cannot load libyaml, which is required to read YAML: " in failed.stderr
    assert "apt-get install libyaml-0-2" in failed.stderr
