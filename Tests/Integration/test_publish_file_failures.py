"""`publish --file`: what the exit status and the output say if some of the lists cannot be published."""

import pytest

from support.waiting import wait_for


def spec(binary, app, text):
    (binary.home / "spec.yaml").write_text(text.replace("NAME", app.name))
    return "--file", "spec.yaml"


GOOD = "- image: NAME:ok\n  manifests: [v1-arm64-20210624, v1-amd64-20210624]\n"


def test_a_mistake_that_is_found_late_is_a_failure(app, binary):
    """125 would say that nothing was done. Only the image itself shows that its platform cannot be right."""
    app.push_pair()
    words = spec(binary, app, GOOD + "- image: NAME:bad\n  manifests:\n  - {image: v1-amd64-20210624, platform: {variant: v9}}\n")
    result = binary.attempt("publish", *words)
    assert result.returncode == 1 and "ok" in app.tags()
    image = app.at("v1-amd64-20210624")
    assert f"ERROR: spec.yaml:3: cannot set the platform of {image}: \u201clinux/amd64/v9\u201d is not a" in result.stderr


def test_a_template_for_tags_that_is_too_long_for_an_image(app, binary):
    """For the platforms that are tried beforehand, it is not."""
    app.push_pair()
    app.push("one", "linux/ppc64le")
    template = "{tag}-{arch}-" + 119 * "x"
    words = spec(binary, app, GOOD + "- image: NAME:xxx\n  manifests: [one]\n")
    result = binary.attempt("publish", "--keep-tags", template, *words)
    assert result.returncode == 1 and "ok" in app.tags() and "xxx" not in app.tags()
    assert f"ERROR: spec.yaml:3: {app.at('one')} cannot be tagged: \u201c{template}\u201d is not" in result.stderr
    assert binary.fail("publish", "--keep-tags", template, app.at("xxx"), "one", code=1)


def test_a_dry_run_writes_no_results(app, binary):
    app.push_pair()
    (binary.home / "result.json").write_text("of the last run")
    binary.publish("--dry-run", "--metadata-file", "result.json", *spec(binary, app, GOOD))
    assert (binary.home / "result.json").read_text() == "of the last run"


def test_results_are_shown_if_their_file_cannot_be_written(app, binary):
    """Its directory is removed meanwhile. The list that lacks an image has its name all the same."""
    app.push_pair()
    (binary.home / "results").mkdir()
    words = spec(binary, app, GOOD + "- image: NAME:bad\n  manifests: [v1-amd64-20210624, v1-s390x]\n")
    run = binary.start_binary("publish", "--join", "--wait", "3s", "--metadata-file", "results/a.json", *words)
    wait_for(lambda: {"ok", "bad"} <= set(app.tags()), "both are there")
    (binary.home / "results").rmdir()
    result = run.wait(timeout=60)
    assert result.returncode == 1
    assert result.stdout == f"{app.at('ok')}@{app.manifest('ok').digest}\n"
    assert result.stderr.endswith(
        "Published 1 list, 1 failed (1 of them published in part)\n"
        "ERROR: cannot write the results to results/a.json: no such file or directory\n"
        f"ERROR: 1 of 2 lists failed\n  {app.at('bad')} (spec.yaml:3)\n  Run the command again to publish what is left\n"
    )


DOCKER_LIST = "- image: NAME:v2\n  media-type: docker\n  manifests: [v1]"


@pytest.mark.parametrize("options, text, line, message", [
    (["--join"], "- image: oci:layout:v1\n  manifests: [NAME:v1]", 3, "oci:layout:v1 is in an image layout on this machine"),
    (["--keep-tags", "{tag}-{arch}-" + 100 * "x"], f"- image: NAME:{30 * 'y'}\n  manifests: [v1]", 3,
     f"\u201c{30 * 'y'}-arm-{100 * 'x'}\u201d cannot be a tag: use at most 128"),
    (["--annotation", "a=new"], "- {image: NAME:v1, annotations: {a: new}, manifests: [x]}\n"
     "- image: NAME:v2\n  manifests: [v1]\n  annotations:\n    a: old", 7,
     "the annotation a has two values: \u201cold\u201d, and \u201cnew\u201d from --annotation\n  Leave one of them out"),
    (["--artifact-type", "a/b"], DOCKER_LIST, 4,
     "a docker manifest list cannot have an artifact type\n  Use media-type: oci, or leave out --artifact-type"),
    (["--keep-tags", "{tag}-{arch}"], "- image: oci-archive:x.tar:v1\n  manifests: [NAME:v1]", 3,
     "--keep-tags gives names to the images"),
    (["--annotations-from-labels"], DOCKER_LIST, 4,
     "a docker manifest list cannot have annotations\n  Use media-type: oci, or leave out --annotations-from-labels"),
])
def test_what_options_say_about_one_list_has_its_line(app, binary, options, text, line, message):
    mark = app.registry.log.mark()
    result = binary.fail("publish", *options, *spec(binary, app, GOOD + text), code=1)
    assert f"ERROR: spec.yaml:{line}: " in result.stderr and message in result.stderr
    assert result.stderr.count("ERROR") == 1 and app.requests_since(mark) == []


def test_what_is_wrong_with_an_option_is_not_in_the_file(app, binary):
    words = spec(binary, app, GOOD + GOOD.replace(":ok", ":v1"))
    for options in ["--keep-tags", "{cpu}"], ["--keep-tags", "{arch}+"], ["--expect", "linux/amd65"]:
        result = binary.fail("publish", *options, *words, code=125)
        assert result.stderr.count("ERROR") == 1 and "spec.yaml" not in result.stderr
