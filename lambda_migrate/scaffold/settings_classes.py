"""The variables that fields of settings classes are read from.

https://docs.pydantic.dev/latest/concepts/pydantic_settings/: the field's name in any case after `env_prefix`, or its
alias without it; a field without a default has to be there.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.scaffold.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    "int": "int", "PositiveInt": "int", "NonNegativeInt": "int", "float": "float", "Decimal": "float", "bool": "bool",
    "AnyUrl": "url", "HttpUrl": "url", "AnyHttpUrl": "url", "PostgresDsn": "=postgresql://127.0.0.1/placeholder",
    "RedisDsn": "=redis://127.0.0.1", "MySQLDsn": "=mysql://127.0.0.1/placeholder", "MongoDsn": "=mongodb://127.0.0.1",
    "AmqpDsn": "=amqp://127.0.0.1", "list": "list", "List": "list", "set": "list", "tuple": "list", "Sequence": "list",
    "dict": "json", "Dict": "json", "Mapping": "json", "EmailStr": "=placeholder@example.com",
    "UUID": "=00000000-0000-4000-8000-000000000000", "timedelta": "int", "date": "=2026-01-01",
    "datetime": "=2026-01-01T00:00:00", "Path": "=.",
}  # fmt: skip


def fields(tree: ast.Module) -> Iterator[tuple[str, Asked]]:
    """Yield the variable of each field of the module's settings classes, and how it is asked for."""
    known = {"BaseSettings"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and known.intersection(_last(base) for base in node.bases):
            known.add(node.name)
            prefix = _prefix(node)
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    name = statement.target.id
                    if (
                        name != "model_config"
                        and not name.startswith("_")
                        and _last(statement.annotation) != "ClassVar"
                    ):
                        yield _variable(statement, f"{prefix}{name}"), _asked(statement)


def _variable(statement: ast.AnnAssign, usual: str) -> str:
    for call in (part for part in ast.walk(statement) if isinstance(part, ast.Call) and _last(part.func) == "Field"):
        for keyword in call.keywords:
            if keyword.arg in ("validation_alias", "alias", "env"):
                texts = [part.value for part in ast.walk(keyword.value) if isinstance(part, ast.Constant)]
                if texts and isinstance(texts[0], str):
                    return texts[0].upper()
    return usual.upper()


def _asked(statement: ast.AnnAssign) -> Asked:
    value = statement.value
    annotated = [part for part in ast.walk(statement.annotation) if isinstance(part, ast.Call)]
    calls = [part for part in (value, *annotated) if isinstance(part, ast.Call) and _last(part.func) == "Field"]
    default = value is not None and not _is_field_or_dots(value)
    for call in calls:
        default = default or bool(call.args and not _is_field_or_dots(call.args[0]))
        default = default or any(each.arg in ("default", "default_factory") for each in call.keywords)
    return Asked(needed=not default, default=default, kind=_kind(statement.annotation))


def _is_field_or_dots(node: ast.expr) -> bool:
    dots = isinstance(node, ast.Constant) and node.value is ...
    return dots or (isinstance(node, ast.Call) and _last(node.func) == "Field")


def _kind(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.BinOp):  # int | None
        return _kind(annotation.left)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _KINDS.get(annotation.value.partition("[")[0], "text")
    if isinstance(annotation, ast.Subscript):
        outer, inner = _last(annotation.value), annotation.slice
        first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
        if outer in ("Optional", "Annotated", "Final"):
            return _kind(first)
        if outer == "Literal" and isinstance(first, ast.Constant):
            return f"={first.value!s}"
        return _KINDS.get(outer, "text")
    return _KINDS.get(_last(annotation), "text")


def _prefix(node: ast.ClassDef) -> str:
    for part in ast.walk(node):
        if isinstance(part, ast.keyword) and part.arg == "env_prefix" and isinstance(part.value, ast.Constant):
            return _word(part.value)
        targets = part.targets if isinstance(part, ast.Assign) else []
        named = any(isinstance(target, ast.Name) and target.id == "env_prefix" for target in targets)
        if named and isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
            return _word(part.value)
    return ""


def _word(node: ast.Constant) -> str:
    return node.value if isinstance(node.value, str) else ""


def _last(node: ast.AST) -> str:
    return str(getattr(node, "attr", None) or getattr(node, "id", None) or _last_of_subscript(node))


def _last_of_subscript(node: ast.AST) -> str:
    return _last(node.value) if isinstance(node, ast.Subscript) else ""
