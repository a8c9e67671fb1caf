"""CloudFormation templates: rendered from ours, written into the repository, and from then on the team's own."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from jinja2 import Environment

_MARK = re.compile(r"^# lambda-migrate ([0-9a-f]{64}): .*\n")


@dataclass(frozen=True)
class Template:
    """A template of the repository.

    Attributes:
        path: Where it is, or will be.
        content: What is deployed, and has to be in that file by then.
        edited: Whether the team has changed it; then it is taken as it is.
    """

    path: Path
    content: bytes
    edited: bool = False

    @property
    def sha256(self) -> str:
        """Over the content, as hex."""
        return hashlib.sha256(self.content).hexdigest()


def render(template: str, **values: Any) -> str:
    """Render one of our templates.

    Args:
        template: Its path below ``templates``: ``targets/ecs/service.yaml``.
        values: What it asks for; a name that is missing is a bug and raises.
    """
    return str(_environment(folder()).get_template(f"{template}.jinja").render(**values))


@cache
def _environment(root: Path) -> Environment:
    """Return what compiles the templates below a folder, each once."""
    import jinja2  # noqa: PLC0415  # slow to import, and few commands render

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(root),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # YAML, not HTML; values go through tojson
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    environment.filters.update(tojson=_json, shell=quote)
    return environment


def _json(value: Any) -> str:
    import json  # noqa: PLC0415  # as above

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def in_repository(path: Path, rendered: str) -> Template:
    """Return what a template of the repository is to be: ours, as long as nobody has changed the file.

    The first line of what we write holds the hash of the rest; where it no longer fits, the team has made the file its
    own, and it is taken as it is.
    """
    ours = Template(path, _marked(rendered))
    try:
        there = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ours
    mark = _MARK.match(there)
    body = there[mark.end() :] if mark else there
    if mark and hashlib.sha256(body.encode()).hexdigest() == mark[1]:
        return ours
    return Template(path, there.encode(), edited=True)


def _marked(text: str) -> bytes:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"# lambda-migrate {digest}: written again on deployment until somebody edits it\n{text}".encode()


def folder() -> Path:
    """Return where our templates are: inside the wheel, or beside the package in a checkout.

    Raises:
        MigrateError: They are nowhere.
    """
    package = Path(__file__).parents[1]
    for candidate in (package / "_templates", package.parent / "templates"):
        if candidate.is_dir():
            return candidate
    raise MigrateError("the templates of lambda-migrate are missing", hint="install lambda-migrate again")
