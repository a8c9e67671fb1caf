"""Reads migration.yaml strictly: every mistake is told with its line."""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ValidationError

from lambda_migrate import targets
from lambda_migrate.config.schema import Migration
from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import BY_HAND
from lambda_migrate.regular_file import read_regular
from lambda_migrate.yaml_nesting import require_shallow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 1 << 20
"""Bytes of a migration.yaml, at most."""

TARGET = ["service", "target"]
"""The key whose value's form depends on its `kind`."""

_INTEGER = "tag:yaml.org,2002:int"
AS_MEANT = "write the number that you mean, without a zero before it and without colons"
_OTHERWISE = re.compile(r"[-+]?(0[0-9_]+|[0-9_]+(:[0-5]?[0-9])+)")

EVERY = "`lambda-migrate schema` prints every key"


def load(path: Path) -> Migration:
    """Read migration.yaml.

    Raises:
        ConfigError: It is missing, is not valid YAML, or has a key that this version does not know; with file:line.
    """
    try:
        text = read_regular(path, LONGEST).decode()
    except FileNotFoundError as error:
        raise ConfigError(
            f"`{path}` does not exist", hint="make one with `lambda-migrate init`, or name it with `--config`"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"`{path}` cannot be read: {str(error.strerror).lower()}", hint="check what it is, and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"`{path}` cannot be read: it is not UTF-8", hint="save it as UTF-8") from error
    return parse(text, str(path))


def parse(text: str, name: str = "migration.yaml") -> Migration:
    """Check the text of a migration.yaml.

    Args:
        text: The YAML.
        name: What messages call the file.

    Raises:
        ConfigError: As for :func:`load`; the first mistake, by line.
    """
    try:
        require_shallow(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        raise ConfigError(
            f"{where} is not valid YAML: {problem}", hint="look at that line and the one before it"
        ) from error
    except (ValueError, OverflowError) as error:  # a number of 5,000 digits, the 99th of a month
        raise ConfigError(
            f"{name} cannot be read: {str(error).partition(';')[0]}", hint="write numbers and dates as they are meant"
        ) from error
    if isinstance(tree, yaml.Node):
        _refuse_twice(tree, name)
    if not isinstance(data, dict):
        raise ConfigError(
            f"{name}:1 is empty, or not a mapping of keys", hint="`lambda-migrate init` writes a complete one"
        )
    try:
        migration = Migration.model_validate(data, context=BY_HAND)
    except ValidationError as error:
        # in one line an unknown key comes first: it may be the one that is missing, typed wrongly
        details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        mistakes = sorted((_mistake(detail, tree) for detail in details), key=lambda mistake: mistake[0])
        line, message, hint = mistakes[0]
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise ConfigError(f"{name}:{line} {message}{more}", hint=hint) from error
    _refuse_other_numbers(tree, name)
    return migration


def _refuse_other_numbers(root: yaml.Node | None, name: str) -> None:
    """Refuse a number that YAML 1.1 reads differently from a person: 010 is 8, and 1:30 is 90."""
    for node in _nodes(root):
        if isinstance(node, yaml.ScalarNode) and node.tag == _INTEGER and _OTHERWISE.fullmatch(node.value):
            read = yaml.safe_load(node.value)
            raise ConfigError(f"{name}:{node.start_mark.line + 1} `{node.value}` is {read} to YAML", hint=AS_MEANT)


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every node of a document once; an anchor may lead back to where it stands."""
    ahead, seen = [root] if root else [], set()
    while ahead:
        node = ahead.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.SequenceNode):
            ahead += node.value
        elif isinstance(node, yaml.MappingNode):
            ahead += [value for _key, value in node.value]


def _refuse_twice(root: yaml.Node, name: str) -> None:
    """Refuse a key that stands twice in one block: YAML forbids it, and PyYAML takes the last one without a word."""
    for node in _nodes(root):
        lines: dict[str, int] = {}
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            line, text = key.start_mark.line + 1, str(key.value)
            if text in lines:
                hint = "keep one of the two"
                raise ConfigError(f"{name}:{line} {text}: is already in line {lines[text]}", hint=hint)
            lines[text] = line


def _mistake(detail: Any, tree: Any) -> tuple[int, str, str]:
    full = [part for part in detail["loc"] if not str(part).startswith("function-")]
    path = [
        part for place, part in enumerate(full) if full[:place] != TARGET
    ]  # without the target's kind, which is not a key
    line = _line(tree, path)
    dotted = ".".join(str(part) for part in path)
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), _keys(full[:-1]), n=1)
        known = ", ".join(_keys(full[:-1]))
        return line, f"{dotted}: unknown key", f"did you mean `{near[0]}`?" if near else f"known keys here: {known}"
    if detail["type"] == "missing":
        return line, f"{dotted}: is missing", f"add `{path[-1]}:`; {EVERY}"
    if detail["type"].startswith("union_tag"):
        kinds = ", ".join(targets.TARGETS)
        given = (detail.get("ctx") or {}).get("tag")
        problem = f"unknown kind of target `{given}`" if given else "has no `kind:`"
        return _line(tree, [*path, "kind"]), f"{dotted}: {problem}", f"kinds: {kinds}"
    if detail["type"] == "string_pattern_mismatch":
        wrong = f"{dotted}: `{detail['input']}` does not have the right form"
        return line, wrong, f"it has to match `{detail['ctx']['pattern']}`"
    if detail["type"] != "string_type" and _OTHERWISE.fullmatch(written := _written(tree, path)):
        return line, f"{dotted}: `{written}` is {detail['input']} to YAML", AS_MEANT
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "model_type":
        message = "should be a block of keys"
    given = detail.get("input")
    hint = (detail.get("ctx") or {}).get("hint", EVERY)
    if detail["type"] == "string_type" and isinstance(given, (int, float, date)):
        given = _written(tree, path) or given  # 012345670123 is another number to YAML, and `no` is false
        key = "- " if isinstance(path[-1], int) else f"{path[-1]}: "
        hint = f'write it in quotes: {key}"{given}"'
    private = isinstance(given, (dict, list)) or path[-1] in ("webhook", "environment", "secrets")
    shown = "" if private or str(given) in message else f", not `{given}`"
    return line, f"{dotted}: {message[:1].lower()}{message[1:]}{shown}", hint


def _written(node: Any, path: list[Any]) -> str:
    """Return a value as it stands in the document; "" where it is not a plain one."""
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        else:
            return ""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _line(node: Any, path: list[Any]) -> int:
    """Return the line (from 1) of the deepest part of `path` that the document has."""
    line: int = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _keys(path: list[Any]) -> list[str]:
    model: Any = Migration
    for place, part in enumerate(path):
        if isinstance(part, int):
            continue
        if path[:place] == TARGET:
            model = targets.TARGETS[part].settings
            continue
        annotation = model.model_fields[part].annotation
        inner = getattr(annotation, "__args__", (annotation,))[0]
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else annotation
    return list(model.model_fields)
