"""Finds the templates, beside the sources or inside the wheel, and renders them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2 import Template

PACKAGE = Path(__file__).resolve().parent.parent
SUFFIX = ".jinja"


@dataclass(frozen=True)
class Rendered:
    """A file to be written.

    Attributes:
        content: Its bytes.
        executable: Whether it may be executed.
    """

    content: bytes
    executable: bool = False


def folder() -> Path:
    """Return the folder of the templates.

    Raises:
        MigrateError: The installation has none.
    """
    for candidate in (PACKAGE / "_templates", PACKAGE.parent / "templates"):
        if (candidate / "service").is_dir():
            return candidate
    raise MigrateError("the templates are missing", hint="install lambda-migrate again")


def render(name: str, values: Mapping[str, Any]) -> dict[str, Rendered]:
    """Render one folder of templates.

    Args:
        name: The folder, relative to that of all templates; nothing comes of one that does not exist.
        values: What the templates may use; one that they use and that is missing is an error.

    Returns:
        Files by path, relative, with forward slashes. ``*.jinja`` are rendered, all others are copied.
    """
    root = folder() / name
    made: dict[str, Rendered] = {}
    for file in sorted(root.rglob("*")) if root.is_dir() else ():
        path = file.relative_to(root)
        if not file.is_file() or "__pycache__" in path.parts:
            continue
        content = file.read_bytes()
        if file.suffix == SUFFIX:
            content = _compiled(content.decode(), markdown=path.stem.endswith(".md")).render(values).encode()
        made[path.as_posix().removesuffix(SUFFIX)] = Rendered(content, bool(file.stat().st_mode & 0o100))
    return {path: file for path, file in made.items() if file.content.strip() or path.endswith("__init__.py")}


@cache
def _compiled(text: str, *, markdown: bool) -> Template:
    """Return a template; compiling one takes ten times as long as rendering it."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # slow, and only `init` needs it

    environment = Environment(  # noqa: S701  # Python, TOML and YAML are rendered here, no HTML
        undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(py=literal, py_tuple=tuple_literal, code=code_span, glob=glob_of)
    return (environment.overlay(finalize=one_line) if markdown else environment).from_string(text)


def literal(value: object) -> str:
    """Return a value as Python's formatters would write it; a text is the same in TOML."""
    if not isinstance(value, str):
        return repr(value)
    if '"' in value and "'" not in value and "\\" not in value and value.isprintable():
        return f"'{value}'"
    return _quoted(value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{_printable(escaped)}"'


def _printable(text: str) -> str:
    r"""Return a text whose other characters are written as Python and TOML write them: ``\u202e``, ``\U000e0001``."""
    return "".join(
        each if each.isprintable() else f"\\u{ord(each):04x}" if ord(each) < 1 << 16 else f"\\U{ord(each):08x}"
        for each in text
    )


def one_line(value: object) -> object:
    """Return a value as a page of Markdown shows it: a name in it begins no line of its own, and hides nothing."""
    return _printable(value) if isinstance(value, str) and not value.isspace() else value


def code_span(value: object) -> str:
    """Return a value as code in Markdown, whatever backticks are in it (CommonMark, section 6.1)."""
    text = _printable(str(value))
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"


def glob_of(path: str) -> str:
    """Return the pattern that means this path and no other one, as ruff reads it."""
    return re.sub(r"[][*?{}]", lambda match: f"[{match[0]}]", path)


def tuple_literal(values: Iterable[object]) -> str:
    """Return a tuple as Python's formatters would write it, one item a line."""
    items = [literal(value) for value in values]
    if len(items) < 2:  # noqa: PLR2004  # formatters keep one item on its line
        return f"({items[0]},)" if items else "()"
    return "(\n" + "".join(f"    {item},\n" for item in items) + ")"


def page(name: str, values: Mapping[str, Any], shown: Callable[[str], str]) -> str:
    """Render one page of HTML; every text in it is shown as text.

    Args:
        name: The template's file, relative to the folder of all templates.
        values: What the template may use; one that it uses and that is missing is an error.
        shown: Makes a text harmless before it is escaped for HTML: control characters, changes of direction.
    """
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # slow, and few commands render
    from markupsafe import Markup  # noqa: PLC0415  # comes with jinja2

    def harmless(value: object) -> object:
        return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=harmless, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((folder() / name).read_text(encoding="utf-8")).render(values)


def markup(html: str) -> str:
    """Return HTML of our own, which a page shows as it is.

    Args:
        html: With every text in it escaped.
    """
    from markupsafe import Markup  # noqa: PLC0415  # comes with jinja2

    return Markup(html)  # noqa: S704  # it is ours
