"""The page of all settings, `docs/settings.md`, made from the models themselves.

`python -m lambda_migrate.config.documentation docs/settings.md` writes it again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.config import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION = """\
# Settings

Every key of `migration.yaml`. Only `function` is required; `lambda-migrate init` writes the rest as far as it can tell.
Unknown keys are refused, with the nearest name. `lambda-migrate schema` prints the same as a JSON schema, for your
editor. Durations have a unit: `500ms`, `30s`, `15m`, `2h`, `14d`. Secrets are named, never written:
`secretsmanager:NAME` or `ssm:NAME`.
"""


def document() -> str:
    """Return the page."""
    schema = json_schema()
    return INTRODUCTION + "".join(_section(schema, name, model) for name, model in _models(schema))


def _models(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each block with its name as migration.yaml has it, in the order of the file."""
    yield "migration.yaml", schema
    for key, field in schema["properties"].items():
        for name in _references(field):
            yield from _below(schema, key, name)


def _below(schema: dict[str, Any], key: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    model = schema["$defs"][name]
    if "properties" not in model:
        return
    kind = model["properties"].get("kind", {}).get("const")
    yield f"{key}: {{kind: {kind}}}" if kind else key, model
    for inner, field in model["properties"].items():
        for reference in _references(field):
            yield from _below(schema, f"{key}.{inner}", reference)


def _references(field: dict[str, Any]) -> list[str]:
    """Return the names of the blocks that a key holds, each once."""
    parts = json.dumps(field).split('"#/$defs/')[1:]
    return list(dict.fromkeys(each.partition('"')[0] for each in parts))


def _section(schema: dict[str, Any], name: str, model: dict[str, Any]) -> str:
    rows = [
        f"| `{key}` | {_default(field, required=key in model.get('required', []))} | {_told(schema, field)} |"
        for key, field in model["properties"].items()
    ]
    title = model.get("description", "").partition("\n")[0].replace("|", "\\|")
    return "\n".join(
        ["", f"## `{name}`", "", title, "", "| key | default | meaning |", "| --- | --- | --- |", *rows, ""]
    )


def _default(field: dict[str, Any], *, required: bool) -> str:
    if required:
        return "required"
    value = field.get("default")
    return "" if value in (None, [], {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"


def _told(schema: dict[str, Any], field: dict[str, Any]) -> str:
    blocks = [schema["$defs"][name].get("description", "") for name in _references(field)]
    text = field.get("description") or (blocks[0] if blocks else "")
    return str(text).partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
