"""Where credentials come from, and which source comes first."""

import json

import pytest

from support.credential_recorder import credentials_sent, inspect_error
from support.credentials import auth, install_helper
from support.users import NO_ACCESS, PUBLISHER, READER, User

OTHER = User("somebody-else", "password-of-somebody-else")


def in_environment(auths):
    return {"DOCKER_AUTH_CONFIG": auths if isinstance(auths, str) else json.dumps(auths)}


def test_precedence_of_credential_sources(recorder, binary):
    """The sources are removed one after the other."""
    binary.secrets += [OTHER.pair]
    host = recorder.host
    special = install_helper(binary, "special")
    special.add_credential(host, READER)
    install_helper(binary, "general").add_credential(host, NO_ACCESS)
    config = {
        "auths": {host: auth(OTHER)}, "credsStore": "general", "credHelpers": {host: "special"},
    }
    environment = in_environment({"auths": {host: auth(PUBLISHER)}})
    found = []
    for removed in (None, "environment", "credHelpers", "credsStore"):
        if removed == "environment":
            environment = {}
        else:
            config.pop(removed, None)
        binary.configure(config)
        found.append(credentials_sent(binary, recorder, environment=environment))
        recorder.requests.clear()
    assert found == [user.user_pass for user in (PUBLISHER, READER, NO_ACCESS, OTHER)]
    assert special.calls == [f"get {host}"], "with DOCKER_AUTH_CONFIG no helper is called"


def test_environment_without_the_host_falls_back_to_the_file(recorder, binary):
    binary.configure({"auths": {recorder.host: auth(READER)}})
    environment = in_environment({"auths": {"else.example.com": auth(PUBLISHER)}})
    assert credentials_sent(binary, recorder, environment=environment) == READER.user_pass


@pytest.mark.parametrize("text", [
    '{"auths": {"HOST": {}}}',
    '{"auths": {"HOST": {"auth": ""}}}', '{"auths": {"HOST": {"username": "a"}}}',
    '{"auths": {}, "credsStore": "pass"}', '{"auths": {"HOST": {"auth": "AUTH"}}} {}',
    '{"auths": {"HOST": {"auth": "no-base-64 %%"}}}', "AUTH", "[]", '{"auths": ["AUTH"]}',
    '{"auths": {"HOST": "AUTH"}}', '{"auths": {"HOST": {"auth": "bm8tY29sb24tYXQtYWxs"}}}',
])
@pytest.mark.parametrize("is_logged_in", [True, False])
def test_invalid_environment_is_named_and_not_used(recorder, binary, text, is_logged_in):
    """As docker: what `docker login` stored is used. Only without it there is an error, which names the variable."""
    secret = auth(PUBLISHER)["auth"]
    text = text.replace("HOST", recorder.host).replace("AUTH", secret)
    binary.configure({"auths": {recorder.host: auth(READER)} if is_logged_in else {}})
    result = binary.attempt("inspect", recorder.name, environment=in_environment(text))
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    assert "DOCKER_AUTH_CONFIG" in warning
    for value in (secret, "bm8tY29sb24tYXQtYWxs", "no-base-64", "no-colon-at-all"):
        assert value not in result.stderr
    if is_logged_in:
        assert result.returncode == 0 and recorder.credentials == READER.user_pass
    else:
        error = result.stderr[result.stderr.index("ERROR: "):]
        assert result.returncode == 4 and "These settings or credentials could not be used: DOCKER_AUTH_CONFIG:" in error
        assert recorder.credentials is None


def test_whole_config_json_in_the_environment(recorder, binary):
    """GitLab's documentation describes it. Its auths are used, and the rest is named."""
    binary.configure({"auths": {recorder.host: auth(READER)}})
    secret = auth(PUBLISHER)["auth"]
    config = {"auths": {recorder.host: {"auth": secret, "email": "a@b"}}, "credHelpers": {"else.example.com": "absent"}}
    result = binary.attempt("inspect", recorder.name, environment=in_environment(config))
    assert recorder.credentials == PUBLISHER.user_pass and secret not in result.stderr
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    assert "DOCKER_AUTH_CONFIG: credHelpers cannot be read from this variable" in warning


def test_each_path_of_a_registry_has_its_own_credentials(recorder, binary):
    """As podman, Quay and Harbor write them; an entry for the whole registry is for all other paths."""
    binary.secrets += [OTHER.pair]
    host = recorder.host
    paths = {f"{host}/test": auth(READER), f"{host}/test/app": auth(PUBLISHER), f"{host}/tes": auth(OTHER)}
    for entries in (paths, {host: auth(OTHER), **paths}):
        binary.configure({"auths": entries})
        assert credentials_sent(binary, recorder) == PUBLISHER.user_pass
        recorder.requests.clear()
    del paths[f"{host}/test/app"], paths[f"{host}/test"]
    binary.configure({"auths": {**paths, host: auth(READER)}, "credsStore": "nowhere"})
    assert credentials_sent(binary, recorder) == READER.user_pass


def test_advice_fits_the_place_of_refused_credentials(recorder, binary):
    """`docker login` replaces neither those of the variable nor those of a path."""
    recorder.accepts_all = False
    binary.configure({"auths": {f"{recorder.host}/test": auth(READER)}})
    assert "The entry takes precedence over docker login" in inspect_error(binary, recorder)
    environment = in_environment({"auths": {recorder.host: auth(PUBLISHER)}})
    error = inspect_error(binary, recorder, environment=environment)
    assert "unset it and run docker login" in error and "DOCKER_AUTH_CONFIG takes precedence over" in error


def test_empty_environment_variable_is_not_set(recorder, binary):
    binary.configure({"auths": {recorder.host: auth(READER)}})
    assert credentials_sent(binary, recorder, environment=in_environment("")) == READER.user_pass
