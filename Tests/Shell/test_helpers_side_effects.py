"""helpers/manifestx.sh does not change the shell of its caller, and its functions fail cleanly."""

import re
import subprocess

import pytest

from support.shells import HELPERS, SHELLS, path_with_only, program


def test_shellcheck_finds_no_problem():
    scripts = sorted(str(path) for path in HELPERS.iterdir())
    assert scripts
    done = subprocess.run(
        [program("shellcheck"), *scripts], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


@pytest.fixture
def empty_path(tmp_path):
    """A PATH without any program."""
    return path_with_only(tmp_path / "nothing")


CALLS = {
    "mx_publish a:v1 b": 127, "mx_matrix a:v1 b": 127, "mx_digest a": 127, "mx_pin a": 127,
    "mx_platforms a": 127, "mx_has_platform a b": 2, "mx_wait a": 127,
}


@pytest.mark.parametrize("call, code", CALLS.items())
def test_without_plugin_and_docker_each_function_fails(shell, empty_path, call, code):
    result = shell.run(call, code=code, environment=empty_path)
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert "docker-manifestx is missing" in line and "install.sh" in line


def test_docker_without_the_plugin_is_an_error(shell):
    """The plugin may be installed for all users of this machine, so hide these directories."""
    (shell.plugin.config_dir / "cli-plugins/docker-manifestx").unlink()
    call = f'. "{HELPERS}/manifestx.sh"; mx_digest a'
    hide = "for d in /usr/local/lib* /usr/lib* /usr/libexec; do " \
        "[ ! -d $d/docker/cli-plugins ] || mount -t tmpfs none $d/docker/cli-plugins; done; "
    words = " ".join(SHELLS[shell.name])
    result = shell.plugin.spawn(
        ["unshare", "--mount", "sh", "-c", f'{hide} exec {words} "$1"', "sh", call]
    )
    assert result.returncode == 127
    [line] = result.stderr.splitlines()
    assert "docker-manifestx is missing" in line


def test_the_plugin_works_without_docker(listed, shell, tmp_path):
    path = path_with_only(tmp_path / "only", shell.plugin.config_dir / "cli-plugins/docker-manifestx")
    result = shell.run(f"mx_digest {listed.at('v1')}", environment=path)
    assert result.stdout == f"{listed.manifest('v1').digest}\n"


def test_a_failure_ends_a_strict_script(app, shell):
    result = shell.run(f"mx_digest {app.at('v1')}\necho on", code=3)
    assert result.stdout == ""


@pytest.mark.parametrize("call", [
    "mx_publish 'a b*' c", "mx_matrix 'a b*' c", "mx_digest 'a b*'", "mx_platforms 'a b*'",
    "mx_pin 'a b*'", "mx_wait 'a b*' 1", "mx_has_platform 'a b*' c", "mx_has_platform c 'a b*'",
])
def test_arguments_are_not_split_or_expanded(shell, call):
    """Neither at blanks, nor as a pattern of file names."""
    (shell.plugin.home / "a bc").touch()
    result = shell.attempt(call)
    assert result.returncode in (2, 125)
    assert "\N{LEFT DOUBLE QUOTATION MARK}a b*\N{RIGHT DOUBLE QUOTATION MARK}" in result.stderr


def test_a_docker_function_of_the_caller_is_not_used(listed, shell):
    """The helpers run the program, and the function stays."""
    own = "docker() { echo mine; return 9; }\ndocker || echo $?\n"
    result = shell.run(f"{own}mx_digest {listed.at('v1')}")
    assert result.stdout == f"mine\n9\n{listed.manifest('v1').digest}\n"


@pytest.mark.parametrize("value, exists", [("1", True), ("0", False), (None, False)])
def test_manifest_is_defined_only_on_request(app, shell, value, exists):
    words = " ".join(app.push_pair())
    environment = {"MANIFESTX_ALIAS": value} if value else {}
    result = shell.attempt(f"manifest -q {app.at('v1')} {words}", environment=environment)
    assert result.returncode == (0 if exists else 127)
    assert result.stdout == (f"{app.manifest('v1').digest}\n" if exists else "")
    assert app.tags() == sorted([*words.split(), *(["v1"] if exists else [])])


# In scripts, bash expands aliases only with this option.
_ALIAS = "[ -z \"${BASH_VERSION-}\" ] || shopt -s expand_aliases\nalias manifest='echo mine'\n"


@pytest.mark.parametrize("is_set", [True, False])
def test_manifest_replaces_an_alias_only_on_request(app, shell, is_set):
    """Otherwise, the alias stays and is not a syntax error in the helpers."""
    words = " ".join(app.push_pair())
    call = f'. "{HELPERS}/manifestx.sh"\neval "manifest --quiet {app.at("v1")} {words}"'
    environment = {"MANIFESTX_ALIAS": "1"} if is_set else {}
    result = shell.plain(f"set -eu\n{_ALIAS}{call}", environment=environment)
    assert result.returncode == 0, result.output
    assert result.stdout.startswith("sha256:" if is_set else "mine --quiet")


# Prints the state of each shell: variables, options, and functions if the shell can list them.
_STATE = {
    "bash": "(set -o posix; set); shopt -p; set +o; declare -F",
    "zsh": "set; setopt; print -l ${(k)functions}",
    "dash": "set; set +o",
    "busybox": "set; set -o",
}
# Variables that a shell itself changes between commands.
_RESTLESS = re.compile(
    r"(_|BASH_\w+|EPOCH\w+|LINENO|PIPESTATUS|pipestatus|RANDOM|SECONDS|SRANDOM|TTYIDLE)="
)


@pytest.fixture
def state_lines(shell):
    """Reads the lines of a state from a file in the plugin's home."""
    def read(name):
        lines = (shell.plugin.home / name).read_text().splitlines()
        return {line for line in lines if line and not _RESTLESS.match(line)}
    return read


def test_calls_leave_no_variables_behind(listed, shell, state_lines):
    """Variables of the caller with likely names do not change either."""
    listed.push("v1-arm64", "linux/arm64")
    words = ("name", "list", "tag", "digest", "platform", "timeout", "word", "found")
    name = listed.at("v1")
    script = "\n".join((
        "set -eu; IFS=:", *(f"{word}=mine" for word in words),
        f"{{ {_STATE[shell.name]}; }} >start",
        f'. "{HELPERS}/manifestx.sh"',
        f"{{ {_STATE[shell.name]}; }} >sourced",
        f"mx_publish {name} v1-arm64; mx_matrix {name} arm64",
        f"mx_digest {name}; mx_pin {name}; mx_platforms {name}; mx_wait {name} 1",
        f"mx_has_platform {name} arm64",
        "mx_pin || mx_matrix || mx_wait || mx_has_platform || mx_publish || mx_digest || :",
        f"{{ {_STATE[shell.name]}; }} >called",
    ))
    result = shell.plain(script)
    assert result.returncode == 0, result.output
    start, sourced, called = map(state_lines, ("start", "sourced", "called"))
    assert len([line for line in start if re.match("[a-z]+='?mine", line)]) == len(words)
    assert called == sourced
    assert start <= sourced
    new = sourced - start
    assert {line for line in new if not re.match("(declare -f )?_?mx_", line)} == set()
