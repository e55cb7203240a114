"""TAB in real shells, each in a pseudo-terminal: bash with and without bash-completion, zsh, fish.

The scripts of this project complete docker-manifestx and the shell helpers. docker's scripts
(docker completion SHELL) complete docker manifestx. The tags come from a real registry.
"""

import pytest

from support.credentials import install_helper
from support.terminal import Terminal
from support.users import READER

SHELLS = ["bash", "bash-alone", "zsh", "fish"]
# docker's bash script requires bash-completion.
DOCKER_SHELLS = ["bash", "zsh", "fish"]


@pytest.fixture
def open_shell(binary):
    """Starts a shell that has loaded the completion script which a command prints."""
    (binary.bin / "docker-manifestx").symlink_to(binary.binary)
    terminals = []

    def start(shell, command):
        language = shell.removesuffix("-alone")
        setup = {"bash": "source <({})", "zsh": "source <({})", "fish": "{} | source"}[language]
        setup = setup.format(f"{command} completion {language}")
        if shell == "bash-alone":
            terminal = Terminal.bash(binary, setup, completion=False)
        else:
            terminal = getattr(Terminal, language)(binary, setup)
        terminals.append(terminal)
        return terminal

    yield start
    for terminal in terminals:
        terminal.close()


@pytest.fixture(params=SHELLS)
def own(request, open_shell):
    """A shell with the script of this project, and the command to type."""
    return open_shell(request.param, "docker-manifestx"), "docker-manifestx"


@pytest.fixture(params=DOCKER_SHELLS)
def dockers(request, open_shell):
    """A shell with docker's script, and the command to type."""
    return open_shell(request.param, "docker"), "docker manifestx"


@pytest.fixture(params=[f"own-{shell}" for shell in SHELLS]
                + [f"docker-{shell}" for shell in DOCKER_SHELLS])
def prompt(request, open_shell):
    """A shell with each of the scripts, and the command to type."""
    script, shell = request.param.split("-", 1)
    if script == "own":
        return open_shell(shell, "docker-manifestx"), "docker-manifestx"
    return open_shell(shell, "docker"), "docker manifestx"


def appear_in_order(screen, words):
    """True if the words are on the screen in this order."""
    positions = [screen.rfind(word) for word in words]
    return -1 not in positions and positions == sorted(positions)


def test_a_command_is_completed(prompt):
    terminal, program = prompt
    assert terminal.complete(f"{program} pub") == f"{program} publish "


def test_commands_are_listed(prompt):
    terminal, program = prompt
    terminal.complete(f"{program} ")
    for command in ("publish", "inspect", "completion", "hooks", "version"):
        assert command in terminal.screen


def test_an_option_and_its_value_are_completed(prompt):
    terminal, program = prompt
    assert terminal.complete(f"{program} publish --med") == f"{program} publish --media-type "
    line = f"{program} publish --media-type"
    assert terminal.complete(f"{line} oc") == f"{line} oci "
    assert terminal.complete(f"{line}=oc") == f"{line}=oci "


def test_a_tag_is_completed_after_the_colon(app, prompt):
    app.push("release-2024")
    terminal, program = prompt
    line = f"{program} inspect {app.name}"
    assert terminal.complete(f"{line}:rel") == f"{line}:release-2024 "
    assert terminal.complete(f"{line}:") == f"{line}:release-2024 "


def test_tags_that_match_the_list_come_first(app, prompt):
    """Their common prefix is completed; then the tags that match the tag of LIST come first. This is not the alphabetical
    order."""
    for tag in ("v-base", "v0-arm64", "v1-amd64-0624", "v1-s390x"):
        app.push(tag)
    terminal, program = prompt
    line = f"{program} publish {app.at('v1')}"
    assert terminal.complete(f"{line} v") == f"{line} v"
    assert appear_in_order(terminal.screen, ["v1-s390x", "v1-amd64-0624", "v0-arm64", "v-base"])
    assert terminal.complete(f"{line} v1-am") == f"{line} v1-amd64-0624 "
    assert terminal.complete(f"{line} v1-s390x :v1-am") == f"{line} v1-s390x :v1-amd64-0624 "


@pytest.mark.parametrize("quote", ['"{}"', "'{}'"])
def test_quoted_arguments_are_completed(app, own, quote):
    """People copy quoted names from scripts."""
    app.push("v1-arm64")
    terminal, program = own
    line = f"{program} publish {quote.format(app.at('v1'))}"
    assert terminal.complete(f"{line} v1-") == f"{line} v1-arm64 "
    opened = quote[0] + app.at("v1-")
    assert terminal.complete(f"{program} inspect {opened}").rstrip() in (
        f"{program} inspect {quote.format(app.at('v1-arm64'))}",
        f"{program} inspect {app.at('v1-arm64')}",
    )
    opened = f"{program} publish --media-type {quote[0]}oc"
    assert terminal.complete(opened).rstrip().replace(quote[0], "") == (
        f"{program} publish --media-type oci"
    )


def test_a_backslash_between_double_quotes_is_removed(binary, own):
    settings = binary.home / "set$tings"
    settings.mkdir()
    (settings / "config.json").write_text('{"auths": {"harbor.example.com": {}}}')
    line = f'{own[1]} --config "set\\$tings" inspect'
    assert own[0].complete(f"{line} har") == f"{line} harbor.example.com/"


@pytest.mark.parametrize("shell", SHELLS)
def test_without_the_program_docker_is_asked(app, binary, open_shell, shell):
    """Without the plugin, docker prints a message, which must not be seen."""
    app.push("v1-arm64")
    terminal = open_shell(shell, "docker-manifestx")
    (binary.bin / "docker-manifestx").unlink()
    terminal.enter("rehash 2>/dev/null")  # Otherwise, zsh remembers the program.
    line = f"docker-manifestx inspect {app.at('v1-')}"
    assert terminal.complete(line) == f"{line}arm64 "
    (binary.config_dir / "cli-plugins/docker-manifestx").unlink()
    terminal.complete("docker-manifestx pub")
    assert "irective" not in terminal.screen


def test_arguments_with_backslashes_are_completed(app, own):
    app.push("v1-arm64")
    terminal, program = own
    line = f"{program} publish {app.at('v1')}".replace(":", r"\:")
    assert terminal.complete(f"{line} v1-") == f"{line} v1-arm64 "
    opened = terminal.complete(line + "-ar")
    assert opened.replace("\\", "") == f"{program} publish {app.at('v1-arm64')} "


def test_the_platform_of_an_image_is_completed(prompt):
    terminal, program = prompt
    line = f"{program} publish a.example/b:v1 strange --platform"
    assert terminal.complete(f"{line} str") == f"{line} strange="
    assert terminal.complete(f"{line} strange=linux/s3") == f"{line} strange=linux/s390x "
    is_broken = program == "docker manifestx" and terminal.shell in ("zsh", "fish")  # They would put -y= before it.
    assert terminal.complete(f"{line} x-y=linux/s3") == f"{line} x-y=linux/s3{'' if is_broken else '90x '}"


def test_a_registry_and_a_layout_are_completed_without_a_space(binary, prompt):
    binary.configure({"auths": {"harbor.example.com": {}, "other.example.com": {}}})
    terminal, program = prompt
    assert terminal.complete(f"{program} inspect har") == f"{program} inspect harbor.example.com/"
    assert terminal.complete(f"{program} inspect oci:/usr/loc") == f"{program} inspect oci:/usr/local/"


def test_an_unreachable_registry_prints_no_error(prompt):
    """The command line does not change."""
    terminal, program = prompt
    assert terminal.complete(f"{program} ins") == f"{program} inspect "
    line = f"{program} inspect 127.0.0.1:1/no/where:"
    assert terminal.complete(line) == line
    assert "rror" not in terminal.screen


def test_a_credential_helper_cannot_use_the_terminal(binary, token_app, prompt):
    """This helper tries to write to the terminal and to read from it."""
    install_helper(binary, "keeper").add_credential(token_app.host, READER)
    script = binary.bin / "docker-credential-loud"
    script.write_text(
        "#!/bin/sh\necho NOISE >&2\n(echo NOISE >/dev/tty) 2>/dev/null\n"
        '(read answer </dev/tty) 2>/dev/null\nexec docker-credential-keeper "$@"\n'
    )
    script.chmod(0o755)
    binary.configure({"credsStore": "loud"})
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("only-one")
    terminal, program = prompt
    line = f"{program} inspect {token_app.name}:"
    assert terminal.complete(line) == f"{line}only-one "
    assert "NOISE" not in terminal.screen


def test_the_value_of_config_is_completed_by_the_shell(binary, own):
    """Only directories are completed; where a file belongs, files are."""
    (binary.home / "settings-here").mkdir()
    (binary.home / "settings-file").touch()
    terminal, program = own
    for before in "publish --metadata-file m --file ", "publish --from=", "publish a.example/b ./", "inspect ./":
        assert "-file " in terminal.complete(f"{program} {before}settings-f")
    assert terminal.complete(f"{program} --config sett").rstrip().endswith(" --config settings-here/")


REDIRECTIONS = [">", ">>", "2>", "<", ">&"]


@pytest.mark.parametrize("between", ["", " "])
def test_a_file_is_completed_after_a_redirection(binary, own, between):
    """As after every other command. In zsh, the shell itself does this."""
    (binary.home / "answer-here").touch()
    terminal, program = own
    assert terminal.complete(f"{program} pub") == f"{program} publish "
    for sign in REDIRECTIONS:
        line = f"{program} publish a.example/b:v1 --dry-run {sign}{between}ans"
        assert terminal.complete(line) == f"{line}wer-here "


@pytest.mark.parametrize("shell", ["bash", "bash-alone", "zsh"])
def test_a_redirection_is_not_an_argument(app, open_shell, shell):
    app.push("v1-arm64")
    terminal = open_shell(shell, "docker-manifestx")
    program = "docker-manifestx publish"
    for redirection in (">answer", "> answer", "2> answer", ">>answer", "<answer"):
        line = f"{program} {redirection} {app.at('v1')}"
        assert terminal.complete(f"{line} v1-") == f"{line} v1-arm64 "
    line = f"{program} {app.at('v1')}>answer"
    assert terminal.complete(f"{line} v1-") == f"{line} v1-arm64 "


def test_image_push_is_completed(app, own):
    app.push("v1-arm64")
    terminal, _ = own
    assert terminal.complete("image_push.sh man") == "image_push.sh manifest "
    line = f"image_push.sh manifest {app.at('v1')}"
    assert terminal.complete(f"{line} v1-") == f"{line} v1-arm64 "
    assert terminal.complete("image_push.sh --no") == "image_push.sh --no-push "
    assert terminal.complete("./image_push.sh --no") == "./image_push.sh --no-push "


@pytest.mark.parametrize("function", ["mx_digest", "mx_platforms", "mx_pin", "mx_wait"])
def test_helper_functions_complete_a_name(app, own, function):
    app.push("only-one")
    terminal, _ = own
    assert terminal.complete(f"{function} {app.name}:only") == f"{function} {app.name}:only-one "


def test_helper_functions_complete_all_their_arguments(app, own):
    app.push("v1-arm64")
    terminal, _ = own
    assert terminal.complete(f"mx_publish {app.at('v1')} v1-") == f"mx_publish {app.at('v1')} v1-arm64 "
    assert terminal.complete("mx_has_platform a linux/s") == "mx_has_platform a linux/s390x "
    assert terminal.complete("mx_matrix a s3") == "mx_matrix a s390x "
    assert terminal.complete("mx_matrix a s390x ris") == "mx_matrix a s390x riscv64 "


def test_helper_functions_complete_options(own):
    terminal, _ = own
    assert terminal.complete("mx_pin a --ins") == "mx_pin a --insecure "
    assert terminal.complete("mx_publish a b --dry") == "mx_publish a b --dry-run "
    # mx_matrix requires the equals sign.
    assert terminal.complete("mx_matrix a b --media") == "mx_matrix a b --media-type="
    assert terminal.complete("mx_matrix a b --media-type=do") == "mx_matrix a b --media-type=docker "


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_optional_alias_is_completed(app, open_shell, shell):
    app.push("v1-arm64")
    terminal = open_shell(shell, "docker-manifestx")
    line = f"manifest {app.at('v1')} v1-"
    assert terminal.complete(line) == line
    terminal.enter("MANIFESTX_ALIAS=1")
    terminal.enter(f"source <(docker-manifestx completion {shell})")
    assert terminal.complete(line) == f"{line}arm64 "


def test_global_options_are_completed(binary, own):
    """Only directories are completed."""
    (binary.home / "settings-here").mkdir()
    (binary.home / "settings-file").touch()
    terminal, program = own
    assert terminal.complete(f"{program} --conf") == f"{program} --config "
    line = f"{program} --config=sett"
    assert terminal.complete(line).rstrip() == f"{program} --config=settings-here/"
    assert terminal.complete(f"{program} --log-level de") == f"{program} --log-level debug "
    assert terminal.complete(f"{program} --debug pub") == f"{program} --debug publish "
    assert terminal.complete(f"{program} hel") == f"{program} help "
    assert terminal.complete(f"{program} help pub") == f"{program} help publish "


def test_only_the_text_before_the_cursor_counts(own):
    """The cursor is two characters before the end."""
    terminal, program = own
    assert terminal.complete(f"{program} pub x\x1b[D\x1b[D").startswith(f"{program} publish")
