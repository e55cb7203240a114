"""Templates: the table of the unit tests has the outputs of the real docker CLI."""

import hashlib
import json
from pathlib import Path

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
