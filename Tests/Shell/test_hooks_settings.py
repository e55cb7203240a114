"""`docker manifestx hooks enable|disable|status`: how it reads and changes docker's config.json."""

import json
import os
import stat

import pytest

ENABLED = {"plugins": {"manifestx": {"hooks": "push,image push"}}, "features": {"hooks": "true"}}


@pytest.mark.parametrize("before, after", [
    ("{}", '{\n\t"plugins": {\n\t\t"manifestx": {\n\t\t\t"hooks": "push,image push"\n\t\t}\n\t},\n'
           '\t"features": {\n\t\t"hooks": "true"\n\t}\n}'),
    ('{"auths":{}}', '{"auths":{},"plugins":{"manifestx":{"hooks":"push,image push"}},'
                     '"features":{"hooks":"true"}}'),
    ('{\n  "z" : 1,\n  "a": [1, {"b": "}"}]\n}\n',
     '{\n  "z" : 1,\n  "a": [1, {"b": "}"}],\n  "plugins" : {\n    "manifestx" : {\n'
     '      "hooks" : "push,image push"\n    }\n  },\n  "features" : {\n'
     '    "hooks" : "true"\n  }\n}\n'),
    ('{\r\n    "features": {\r\n        "x": "\\"}"\r\n    }\r\n}',
     '{\r\n    "features": {\r\n        "x": "\\"}",\r\n        "hooks": "true"\r\n    },\r\n'
     '    "plugins": {\r\n        "manifestx": {\r\n            "hooks": "push,image push"\r\n'
     '        }\r\n    }\r\n}'),
    ('\ufeff{"plugins": {"manifestx": {"my": "own"}}, "features": {"a": "b"}}\n',
     '\ufeff{"plugins": {"manifestx": {"my": "own","hooks": "push,image push"}}, '
     '"features": {"a": "b","hooks": "true"}}\n'),
    ('{"auths":{}}\n}\n{"plugins": "no"}\n',
     '{"auths":{},"plugins":{"manifestx":{"hooks":"push,image push"}},"features":{"hooks":"true"}}\n}\n{"plugins": "no"}\n'),
])
def test_enable_and_disable_change_nothing_else(plugin, before, after):
    """Byte for byte: order, indentation, line ends, and unknown members stay."""
    config = plugin.config_dir / "config.json"
    config.write_bytes(before.encode())
    config.chmod(0o640)
    plugin.run("hooks", "enable")
    assert config.read_bytes() == after.encode()
    number = config.stat().st_ino
    plugin.run("hooks", "enable")
    assert config.read_bytes() == after.encode()
    assert config.stat().st_ino == number, "a file without changes is not written"
    plugin.run("hooks", "disable")
    assert config.read_bytes() == before.encode()
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert sorted(os.listdir(plugin.config_dir)) == ["cli-plugins", "config.json"]


@pytest.mark.parametrize("number", ["18446744073709551616", "-1e400", "1" + "0" * 400, "1E+999"])
def test_numbers_of_any_size_are_kept(plugin, number):
    config = plugin.config_dir / "config.json"
    before = f'{{"a": [{number},{number}], "b": {number} }}'
    config.write_text(before)
    plugin.run("hooks", "enable")
    assert plugin.run("hooks", "status").stdout == "enabled\n"
    assert before.removesuffix(" }") in config.read_text()
    plugin.run("hooks", "disable")
    assert config.read_text() == before
    config.write_text(before.removesuffix("}") + "x")
    assert f":1:{len(before)}: invalid JSON" in plugin.fail("hooks", "status").stderr


def test_settings_of_other_plugins_are_kept(plugin):
    plugin.configure({
        "plugins": {"other": {"error-hooks": "build"}, "manifestx": {"hooks": "build"}},
        "features": {"hooks": "false"},
    })
    plugin.run("hooks", "enable")
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert config["plugins"]["manifestx"]["hooks"] == "build,push,image push"
    assert config["features"]["hooks"] == "true"
    plugin.run("hooks", "disable")
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert config["plugins"] == {"other": {"error-hooks": "build"}, "manifestx": {"hooks": "build"}}
    assert config["features"]["hooks"] == "true"


def test_a_missing_file_is_created(plugin):
    config = plugin.config_dir / "config.json"
    plugin.run("hooks", "disable")
    assert not config.exists()
    plugin.run("hooks", "enable")
    assert json.loads(config.read_text()) == ENABLED
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_a_missing_directory_is_created(binary):
    directory = binary.home / "new"
    binary.run("hooks", "enable", environment={"DOCKER_CONFIG": str(directory)})
    assert json.loads((directory / "config.json").read_text()) == ENABLED
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_kept(plugin, exists):
    """It leads to another link, and that one to a file that may not exist yet."""
    (plugin.home / "dotfiles").mkdir()
    target = plugin.home / "dotfiles/docker.json"
    if exists:
        target.write_text("{}")
    (plugin.home / "dotfiles/link").symlink_to("docker.json")
    config = plugin.config_dir / "config.json"
    config.symlink_to("../dotfiles/link")
    plugin.run("hooks", "enable")
    assert os.readlink(config) == "../dotfiles/link"
    assert not target.is_symlink()
    assert json.loads(target.read_text()) == ENABLED


@pytest.mark.parametrize("content, message", [
    ('{\n  "a": 1,\n}', ":3:1: invalid JSON"),
    ('{"plugins": []}', "plugins must be an object"),
    ('{"plugins": {"manifestx": "x"}}', "plugins.manifestx must be an object"),
    ('{"features": {"hooks": true}}', "features.hooks must be a string"),
    ('["a"]', "must be an object"),
])
def test_an_invalid_file_is_not_changed(binary, content, message):
    config = binary.config_dir / "config.json"
    config.write_text(content)
    for verb in ("enable", "disable", "status"):
        result = binary.fail("hooks", verb)
        assert str(config) in result.stderr
        assert message in result.stderr
    assert config.read_text() == content


@pytest.mark.parametrize("content, message", [
    ('{"plugins": {}, "plugins": {"manifestx": {"hooks": "push"}}}', "plugins occurs twice"),
    ('{"plugins": {"manifestx": {"hooks": "push", "hooks": "push"}}}',
     "plugins.manifestx.hooks occurs twice"),
])
def test_a_file_with_duplicate_members_is_not_changed(binary, content, message):
    """If one of them were removed, the other one would take effect."""
    config = binary.config_dir / "config.json"
    config.write_text(content)
    for verb in ("enable", "disable"):
        assert f"{config}: {message}" in binary.fail("hooks", verb).stderr
    assert config.read_text() == content


def test_null_counts_as_missing(plugin):
    plugin.configure({"plugins": None, "features": None, "auths": None})
    plugin.run("hooks", "enable")
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert config == {**ENABLED, "auths": None}


@pytest.mark.parametrize("content", ["null\n", "\n"])
def test_an_empty_file_is_filled(plugin, content):
    config = plugin.config_dir / "config.json"
    config.write_text(content)
    plugin.run("hooks", "disable")
    assert config.read_text() == content
    plugin.run("hooks", "enable")
    assert json.loads(config.read_text()) == ENABLED


def test_a_device_is_not_replaced(binary):
    """Such as a link to /dev/null; the test makes its own device."""
    device = binary.home / "null"
    os.mknod(device, stat.S_IFCHR | 0o666, os.stat("/dev/null").st_rdev)
    (binary.config_dir / "config.json").symlink_to(device)
    result = binary.fail("hooks", "enable")
    assert "it is not a regular file" in result.stderr
    assert stat.S_ISCHR(device.stat().st_mode)


def test_a_read_only_directory_is_an_error(binary):
    """Even root cannot create files in /proc."""
    result = binary.fail("hooks", "enable", environment={"DOCKER_CONFIG": "/proc"})
    assert "cannot write /proc/config.json" in result.stderr


def test_status_names_what_turns_hooks_off(plugin):
    assert plugin.run("hooks", "status").stdout == "disabled\n"
    plugin.run("hooks", "enable")
    assert plugin.run("hooks", "status").stdout == "enabled\n"
    result = plugin.run("hooks", "status", environment={"DOCKER_CLI_HOOKS": "no"})
    assert result.stdout == "disabled\n"
    assert "DOCKER_CLI_HOOKS=no" in result.stderr
    # The older name of the variable. It counts if the newer one is not set.
    result = plugin.run("hooks", "status", environment={"DOCKER_CLI_HINTS": "false"})
    assert result.stdout == "disabled\n"
    assert "DOCKER_CLI_HINTS=false" in result.stderr
    both = {"DOCKER_CLI_HOOKS": "1", "DOCKER_CLI_HINTS": "false"}
    assert plugin.run("hooks", "status", environment=both).stdout == "enabled\n"
    plugin.configure({"plugins": ENABLED["plugins"]})
    result = plugin.run("hooks", "status")
    assert result.stdout == "disabled\n"
    assert "features.hooks" in result.stderr


@pytest.mark.parametrize("named, status, missing", [
    ("push,image push", "enabled", []),
    ("push", "enabled", ["image push"]),
    ("push,image", "enabled", []),
    ("image push", "disabled", ["push"]),
    ("pus,push x", "disabled", ["push", "image push"]),
])
def test_status_follows_dockers_rule_for_names(plugin, named, status, missing):
    """docker runs a hook if its name equals the first words of the command."""
    plugin.configure({"plugins": {"manifestx": {"hooks": named}}, "features": {"hooks": "true"}})
    result = plugin.run("hooks", "status")
    assert result.stdout == f"{status}\n"
    config = plugin.config_dir / "config.json"
    assert result.stderr.splitlines() == [
        f"The hook for docker {command} is not set in {config}. To set it: docker manifestx hooks enable"
        for command in missing
    ]


@pytest.mark.parametrize("others, is_kept", [
    ({}, False),
    ({"plugins": {"other": {"hooks": "build"}}}, True),
    ({"plugins": {"other": {"error-hooks": "build"}}}, True),
    ({"plugins": {"other": {"hooks": ""}}}, False),
    ({"plugins": {"manifestx": {"hooks": "build"}}}, True),
])
def test_disable_reports_a_setting_that_other_hooks_need(plugin, others, is_kept):
    """It cannot know who has turned features.hooks on."""
    plugin.configure(others)
    plugin.run("hooks", "enable")
    assert '"hooks": "true"' in (plugin.config_dir / "config.json").read_text()
    result = plugin.run("hooks", "disable")
    config = json.loads((plugin.config_dir / "config.json").read_text())
    assert config == ({**others, "features": {"hooks": "true"}} if is_kept else others)
    assert ("features.hooks is still" in result.stderr) == is_kept


@pytest.mark.parametrize("arguments, mistake", [
    (["hooks"], "requires 1 argument"), (["hooks", "enable", "now"], "requires 1 argument"),
    (["hooks", "x"], "must be enable, disable or status"),
    (["completion"], "requires 1 argument"), (["completion", "tcsh"], "must be bash, zsh or fish"),
])
def test_invalid_arguments_lead_to_the_help(plugin, arguments, mistake):
    lines = plugin.fail(*arguments, code=125).stderr.splitlines()
    assert lines[0].endswith(mistake)
    assert f"manifestx {arguments[0]} --help" in lines[-1]
