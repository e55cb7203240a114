"""A hostile registry cannot fill the memory: 64 MiB are enough for any answer."""

import json

import pytest

from support import images
from support.memory import run_measured
from support.stub_registry import Answer, StubRegistry

LIMIT = 64 << 20
BODY = 4 << 20
IMAGE = images.build("linux/arm64")


def filled(element, member="x"):
    """An index of almost 4 MiB that repeats the element."""
    start = b'{"schemaVersion":2,"mediaType":"%s","manifests":[],"%s":[' % (
        images.OCI_INDEX.encode(), member.encode()
    )
    count = (BODY - len(start) - 2) // (len(element) + 1)
    return start + b",".join([element] * count) + b"]}"


ENTRY = json.dumps(
    {"mediaType": "a/b", "size": 1, "digest": IMAGE.digest, "platform": {"os": "linux", "architecture": "a"}},
    separators=(",", ":"),
).encode()
BODIES = {
    "objects": filled(b"{}"), "arrays": filled(b"[]"), "numbers": filled(b"1"), "null": filled(b"null"),
    "short texts": filled(b'""'), "texts": filled(b'"' + b"a" * 40 + b'"'),
    "one text": filled(b'"' + b"a" * 4_000_000 + b'"'),
    "text with a bell": filled(b'"' + b"a:" * 2_000_000 + b'\\u0007"'),
    "members": filled(b'{"%s":"%s"}' % (b"n" * 200, b"v" * 200)), "long numbers": filled(b"123456789012345678"),
    "entries": b'{"schemaVersion":2,"manifests":[%s]}' % b",".join([ENTRY] * 9000),
    "too many entries": b'{"schemaVersion":2,"manifests":[%s]}' % b",".join([ENTRY] * 20000),
    "annotations": json.dumps(
        {"schemaVersion": 2, "manifests": [], "annotations": {str(i): "" for i in range(80_000)}}
    ).encode(),
    "deep": b"[" * (BODY - 1), "deep objects": b'{"a":' * (BODY // 5 - 1),
}
ACCEPTED = {"texts", "one text", "text with a bell", "members", "long numbers", "entries", "annotations"}


@pytest.fixture
def stub():
    with StubRegistry({}) as stub:
        yield stub


def answer(name):
    return Answer(200, BODIES[name], {"Content-Type": images.OCI_INDEX})


@pytest.mark.parametrize("name", BODIES)
def test_one_answer(stub, binary, name):
    stub.answers["GET", "/v2/a/manifests/v1"] = answer(name)
    result, peak = run_measured(binary, "inspect", "--format", "json", f"{stub.host}/a:v1")
    assert peak < LIMIT
    assert result.returncode == (0 if name in ACCEPTED else 1)
    if name not in ACCEPTED:
        assert ("more than 128 levels" if "deep" in name else "too many members") in result.stderr
        assert "ERROR: " in result.stderr and len(result.stderr) < 1000


def test_a_list_that_is_resolved(stub, binary):
    """Its entries are compared with several platforms, for several programs."""
    stub.answers["GET", "/v2/a/manifests/v1"] = answer("entries")
    result, peak = run_measured(binary, "resolve", f"{stub.host}/a:v1")
    assert peak < LIMIT
    assert result.returncode in (0, 1, 3) and len(result.stdout + result.stderr) < 10_000


TEXT = "(index .Manifest.x 0)"


@pytest.mark.parametrize("name, template, size, message", [
    # The text is there twice: as a value, and as the output.
    ("texts", "{{json .Manifest}}", 0.9 * BODY, ""), ("one text", "{{json .Manifest}}", 0.9 * BODY, ""),
    ("one text", f'{{{{printf "%x" {TEXT}}}}}', 1.8 * BODY, ""),
    ("one text", f'{{{{printf "%q%q" {TEXT} {TEXT}}}}}', 1.8 * BODY, ""),
    ("one text", f'{{{{len (printf "%v%v%v" {TEXT} {TEXT} {TEXT})}}}}', 0, "longer than"),
    ("one text", f'{{{{len (split {TEXT} "a")}}}}', 0, "split makes more than 100000 parts"),
    ("text with a bell", f"{{{{{TEXT}}}}}", 0.9 * BODY, ""),
    ("one text", f'{{{{{TEXT} | upper | lower | title | json | len}}}}', 0, ""),
])
def test_a_template_over_one_answer(stub, binary, name, template, size, message):
    stub.answers["GET", "/v2/a/manifests/v1"] = answer(name)
    result, peak = run_measured(binary, "inspect", "--format", template, f"{stub.host}/a:v1")
    assert result.returncode == (1 if message else 0), result.stderr
    assert message in result.stderr and len(result.stdout) >= size
    assert peak < LIMIT


@pytest.mark.parametrize("words", [
    ["inspect", "--format", "json"], ["inspect", "--format", "{{json .}}"], ["resolve", "--format", "json"],
])
def test_an_image_with_many_layers(stub, binary, words):
    manifest = json.loads(IMAGE.manifest)
    manifest["layers"] = [{**manifest["layers"][0], "digest": f"sha256:{number:064}"} for number in range(19000)]
    content = json.dumps(manifest, separators=(",", ":")).encode()
    headers = {"Content-Type": IMAGE.media_type, "Docker-Content-Digest": images.digest_of(content)}
    for name in "v1", images.digest_of(content):
        for method in "GET", "HEAD":
            stub.answers[method, f"/v2/a/manifests/{name}"] = Answer(200, content, headers)
    config = manifest["config"]["digest"]
    stub.answers["GET", f"/v2/a/blobs/{config}"] = Answer(200, IMAGE.blobs[0])
    result, peak = run_measured(binary, *words, f"{stub.host}/a:v1")
    assert result.returncode == 0 and f"{18999:064}" in result.stdout, result.stderr
    assert peak < LIMIT


@pytest.mark.parametrize("name, count", [("objects", 40), ("one text", 10), ("entries", 3)])
def test_many_images(stub, binary, name, count):
    """All are requested at the same time, and only one large answer is in memory."""
    tags = [f"v{number}-amd64" for number in range(count)]
    for tag in tags:
        stub.answers["GET", f"/v2/a/manifests/{tag}"] = answer(name)
    result, peak = run_measured(binary, "publish", f"{stub.host}/a:v1", *tags)
    # The allocator keeps some of what each thread has freed.
    assert peak < LIMIT * 1.25
    assert result.returncode == 1
    assert result.stderr.count("ERROR: ") == len(tags)


def test_many_large_configs(stub, binary):
    """The size of a config is known before it is requested, so each takes one request."""
    tags = []
    for architecture in "amd64", "arm64", "arm", "386", "s390x", "ppc64le", "riscv64", "mips64le", "loong64", "mips64":
        image = images.build(f"linux/{architecture}")
        config = json.dumps({**json.loads(image.blobs[0]), "comment": "c" * 3_000_000}).encode()
        manifest = json.loads(image.manifest)
        manifest["config"] |= {"digest": images.digest_of(config), "size": len(config)}
        content = json.dumps(manifest).encode()
        tags.append(f"v1-{architecture}")
        stub.answers["GET", f"/v2/a/manifests/{tags[-1]}"] = Answer(200, content, {"Content-Type": image.media_type})
        stub.answers["GET", f"/v2/a/blobs/{images.digest_of(config)}"] = Answer(200, config)
    result, peak = run_measured(binary, "publish", "--dry-run", f"{stub.host}/a:v1", *tags)
    assert result.returncode == 0, result.stderr
    assert peak < LIMIT
    assert sum("/blobs/" in request.path for request in stub.requests) == len(tags)


def answer_list(stub, count, change):
    """A list of images for versions of Windows, whose manifests were changed, and which have one config."""
    entries = []
    for number in range(count):
        manifest = json.loads(IMAGE.manifest)
        change(manifest, number)
        content = json.dumps(manifest, separators=(",", ":")).encode()
        digest = images.digest_of(content)
        stub.answers["GET", f"/v2/a/manifests/{digest}"] = Answer(200, content, {"Content-Type": IMAGE.media_type})
        entries.append({"mediaType": IMAGE.media_type, "size": len(content), "digest": digest,
                        "platform": {"os": "windows", "architecture": "amd64", "os.version": f"10.0.{number}.1"}})
    stub.answers["GET", f"/v2/a/blobs/{manifest['config']['digest']}"] = Answer(200, IMAGE.blobs[0])
    index = json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": entries}).encode()
    stub.answers["GET", "/v2/a/manifests/v1"] = Answer(200, index, {"Content-Type": images.OCI_INDEX})


def make_layers_many(manifest, number):
    [layer] = manifest["layers"]
    manifest["layers"] = [{**layer, "digest": f"sha256:{number * 10000 + i:064}"} for i in range(10000)]


@pytest.mark.parametrize("words, message", [
    (["--format", "{{json .Image}}"], ""), (["--platform", "windows/amd64"], "too many to be read together"),
], ids=["template", "one platform"])
def test_many_images_with_many_layers(stub, binary, words, message):
    """Their configs are small."""
    answer_list(stub, 40, make_layers_many)
    result, peak = run_measured(binary, "inspect", *words, f"{stub.host}/a:v1")
    assert result.returncode == (1 if message else 0) and message in result.stderr, result.stderr
    # The allocator keeps some of what each thread has freed.
    assert peak < LIMIT * 1.25


@pytest.mark.parametrize("words", [["inspect"], ["inspect", "--check"]], ids=["inspect", "check"])
@pytest.mark.parametrize("part", ["config", "layers"])
def test_many_images_with_long_descriptors(stub, binary, words, part):
    """Only their type, size and digest are kept."""
    def annotate(manifest, number):
        [descriptor] = manifest["layers"] if part == "layers" else [manifest["config"]]
        descriptor["annotations"] = {"a": "a" * 1_000_000 + str(number)}

    answer_list(stub, 80, annotate)
    result, peak = run_measured(binary, *words, f"{stub.host}/a:v1")
    assert result.stdout.count("10.0.") >= 80, result.stderr
    assert peak < LIMIT * 1.25


def test_many_referrers_of_many_images(stub, binary):
    """They leave the layers their room."""
    referrer = {"mediaType": IMAGE.media_type, "size": 1, "digest": IMAGE.digest, "artifactType": "a/b"}
    referrers = json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [referrer] * 200}).encode()
    answer_list(stub, 105, lambda manifest, number: manifest.update(annotations={"n": str(number)}))
    for _, path in list(stub.answers):
        if "/manifests/" in path:
            path = path.replace("/manifests/", "/referrers/")
            stub.answers["GET", path] = Answer(200, referrers, {"Content-Type": images.OCI_INDEX})
    words = ["inspect", "--referrers", "--platform", "windows/amd64", f"{stub.host}/a:v1"]
    result, peak = run_measured(binary, *words)
    assert result.returncode == 0 and result.stdout.count("\nreferrer ") == 20_000, result.stderr
    assert "Not all referrers are shown: at most 200 for each image, 20000 for a list." in result.stdout
    assert peak < LIMIT * 1.25


def test_copies_of_many_layers(stub, binary, tmp_path):
    answer_list(stub, 8, make_layers_many)
    result, peak = run_measured(binary, "publish", f"oci:{tmp_path}/layout:v1", f"{stub.host}/a:v1")
    assert result.returncode == 1 and "the images name more than 50000 configs and layers (@sha256:" in result.stderr
    assert peak < LIMIT * 1.25


@pytest.mark.parametrize("annotation", [{"n" * 3_900_000: "v"}, {"a": "é" * 1_900_000}], ids=["name", "value"])
@pytest.mark.parametrize("options", [(), ("--format", "json")])
def test_a_long_text_in_a_list(stub, binary, annotation, options):
    """It takes little memory, and a table shows no more of it than anybody can read."""
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [json.loads(ENTRY)],
             "annotations": annotation}
    content = json.dumps(index, ensure_ascii=False).encode()
    stub.answers["GET", "/v2/a/manifests/v1"] = Answer(200, content, {"Content-Type": images.OCI_INDEX})
    result, peak = run_measured(binary, "inspect", *options, f"{stub.host}/a:v1")
    assert result.returncode == 0 and peak < LIMIT
    assert options or len(result.stdout) < 3000


@pytest.mark.parametrize("name", ["spec.json", "spec.yaml"])
@pytest.mark.parametrize("annotations, tags, message", [
    # Almost all that a file can have, and a file that would take too much.
    (20_000, 0, "is not in"), (40_000, 0, "more than 4 MiB together"), (0, 1000, "is not in"),
    (0, 200_000, "more than 100000 values"),
])
def test_files_of_lists(stub, binary, tmp_path, name, annotations, tags, message):
    lists = {
        "image": f"{stub.host}/a:v1", "annotations": {f"k{number:030}": "v" * 120 for number in range(annotations)},
        "manifests": ["amd64", *(f"{number}-amd64" for number in range(tags))],
    }
    # YAML has flow style, too.
    (tmp_path / name).write_text(("" if name.endswith("json") else "# A comment.\n") + json.dumps(lists))
    result, peak = run_measured(binary, "publish", "--file", str(tmp_path / name))
    assert peak < LIMIT
    assert result.returncode == (1 if "more than" in message else 3) and message in result.stderr


def test_an_index_of_images_whose_config_descriptors_are_long(stub, binary):
    """Of each manifest only little is kept."""
    entries = []
    for number in range(30):
        manifest = json.loads(IMAGE.manifest)
        manifest["config"] |= {"annotations": {"a": f"{number:03}" + "x" * 3_900_000}}
        content = json.dumps(manifest).encode()
        digest = images.digest_of(content)
        headers = {"Content-Type": IMAGE.media_type}
        stub.answers["GET", f"/v2/a/manifests/{digest}"] = Answer(200, content, headers)
        platform = {"os": "windows", "architecture": "amd64", "os.version": f"10.0.{number}"}
        entries.append({"mediaType": IMAGE.media_type, "size": len(content), "digest": digest, "platform": platform})
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": entries}
    stub.answers["GET", "/v2/a/manifests/x"] = Answer(
        200, json.dumps(index).encode(), {"Content-Type": images.OCI_INDEX}
    )
    result, peak = run_measured(binary, "publish", "--dry-run", f"{stub.host}/a:v1", f"{stub.host}/a:x")
    assert result.returncode == 1 and "is larger than" in result.stderr
    assert peak < LIMIT * 1.25
