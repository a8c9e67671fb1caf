"""Carries the adapter's settings over into a migration.yaml that is there already, around whatever its owner wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.scaffold import base_path

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from lambda_migrate.analyzer import Adapter
    from lambda_migrate.scaffold.adapter import Application

KEYS = {
    "lifespan": "lifespan",
    "api_gateway_base_path": "base_path",
    "text_mime_types": "text_mime_types",
    "exclude_headers": "exclude_headers",
}
"""Mangum's name of each setting → its key below ``proxy``."""
_DEFAULTS: dict[str, Any] = {"lifespan": "auto", "base_path": "", "text_mime_types": [], "exclude_headers": []}


@dataclass(frozen=True)
class Carried:
    """What becomes of migration.yaml.

    Attributes:
        text: All of it, with the settings in it.
        notes: Where it differs from the code, and goes on doing so; one line each.
    """

    text: str
    notes: tuple[str, ...] = ()


def settings(application: Application) -> dict[str, Any]:
    """Return the adapter's settings by their keys below ``proxy``, but for what only running the code can tell."""
    unknown = {KEYS.get(each.partition("=")[0], "") for each in application.unresolved}
    values = {
        "lifespan": application.lifespan,
        "base_path": application.base_path,
        "text_mime_types": list(application.text_mime_types or ()),
        "exclude_headers": list(application.exclude_headers),
    }
    return {key: value for key, value in values.items() if key not in unknown}


def found_elsewhere(adapter: Adapter | None, application: Application) -> bool:
    """Return whether the base path is known, and not from the line that makes the adapter: then it is written."""
    asked = adapter is not None and any(each.startswith(base_path.SETTING) for each in adapter.unresolved)
    return asked and "base_path" in settings(application)


def carry(
    text: str, values: Mapping[str, Any], before: Mapping[str, Any] | None, *, written: Container[str] = ()
) -> Carried:
    """Put settings into the text of a migration.yaml; every other byte of it stays.

    Args:
        text: A migration.yaml that is right.
        values: The settings.
        before: Those that `init` found the last time; what differs from them is the user's choice and stays.
        written: Settings that have to stand there also where they are as if they did not.
    """
    notes = []
    for key, value in values.items():
        said = _said(text)
        now = said.get(key)
        if _same(key, now, value) and (now is not None or key not in written):
            continue
        untouched = key not in said or (before is not None and _same(key, now, before.get(key)))
        changed = _with(text, key, value) if untouched else text
        if changed == text:
            notes.append(
                f"migration.yaml says `{key}: {json.dumps(now)}` below `proxy`, the code says `{json.dumps(value)}`; "
                "fix the one that is wrong"
            )
        text = changed
    return Carried(text, tuple(notes))


def _same(key: str, one: Any, other: Any) -> bool:
    return bool(_plain(key, one) == _plain(key, other))


def _plain(key: str, value: Any) -> Any:
    """Return a setting in the one form that can be compared."""
    if key == "base_path":
        return str(value or "").strip("/")
    if isinstance(value, (list, tuple)):
        return [str(each).lower() if key == "exclude_headers" else str(each) for each in value]
    return value or _DEFAULTS[key]


def _said(text: str) -> dict[str, Any]:
    document = yaml.safe_load(text)
    proxy = document.get("proxy") if isinstance(document, dict) else None
    return dict(proxy) if isinstance(proxy, dict) else {}


def _with(text: str, key: str, value: Any) -> str:
    """Return the text with one key below ``proxy`` changed; the text itself where that would touch anything else."""
    wanted = yaml.safe_load(text)
    wanted["proxy"] = {**(wanted.get("proxy") or {}), key: value}
    for edited in (_replaced(text, key, value), _inserted(text, key, value)):
        try:
            if edited and yaml.safe_load(edited) == wanted:
                return edited
        except yaml.YAMLError:
            continue
    return text


def _replaced(text: str, key: str, value: Any) -> str:
    proxy = _child(yaml.compose(text, Loader=yaml.SafeLoader), "proxy")
    node = _child(proxy, key)
    if node is None:
        return ""
    start, end = node.start_mark.index, _end(node)
    return "" if "#" in text[start:end] else text[:start] + json.dumps(value, ensure_ascii=False) + text[end:]


def _inserted(text: str, key: str, value: Any) -> str:
    entry = f"{key}: {json.dumps(value, ensure_ascii=False)}"
    proxy = _child(yaml.compose(text, Loader=yaml.SafeLoader), "proxy")
    if proxy is None:
        return f"{text.rstrip()}\nproxy:\n  {entry}\n"
    start = proxy.start_mark.index
    if not isinstance(proxy, yaml.MappingNode):
        return f"{text[:start]}\n  {entry}{text[start:]}"
    if proxy.flow_style:
        return f"{text[: start + 1]}{entry}{', ' if proxy.value else ''}{text[start + 1 :]}"
    return f"{text[:start]}{entry}\n{' ' * proxy.start_mark.column}{text[start:]}"


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: yaml.Node) -> int:
    """Return where a value ends, without the comments that follow a list."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    return int(node.end_mark.index)
