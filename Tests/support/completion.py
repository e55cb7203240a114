"""Calls `__complete`, as docker's completion scripts do."""

NO_SPACE, NO_FILES, ONLY_DIRECTORIES, KEEP_ORDER = 2, 4, 16, 32


def complete(plugin, *words, command="__complete", environment=None):
    """The candidates with their descriptions (a dict, in order), and the directive."""
    if plugin.through == "docker":
        line = ["docker", command, "manifestx", *words]
    else:
        line = [str(plugin.binary), command, *words]
    result = plugin.spawn(line, environment)
    assert result.returncode == 0, result.output
    if plugin.through == "binary":  # docker writes the directive to stderr.
        assert result.stderr == ""
    *lines, directive = result.stdout.splitlines()
    pairs = [line.partition("\t") for line in lines]
    assert directive.startswith(":")
    return {value: description for value, _, description in pairs}, int(directive[1:])


def values(plugin, *words, **options):
    return list(complete(plugin, *words, **options)[0])
