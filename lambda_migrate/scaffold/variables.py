"""Sorts environment variables: what may stand in a repository, and what must stay a reference to a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lambda_migrate.scaffold import placeholders
from lambda_migrate.secret_detection import looks_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLATFORM = re.compile(
    r"^(AWS_LAMBDA_|LAMBDA_|_HANDLER$|_X_AMZN|AWS_EXECUTION_ENV$|AWS_XRAY|LAMBDA_MIGRATE_|PYTHONPATH$)"
)


@dataclass(frozen=True)
class Variable:
    """An environment variable and what becomes of it.

    Attributes:
        name: Its name.
        fate: ``value``: its value stands in the repository; ``reference``: only where the secret is kept;
            ``platform``: Lambda's own, the service has no use for it; ``unset``: read by the code, value unknown.
        text: What stands in the repository: value or reference; "" for the others.
        placeholder: What stands for it where tests run; "" where its value does.
    """

    name: str
    fate: Literal["value", "reference", "platform", "unset"]
    text: str = ""
    placeholder: str = ""


def sort(environment: Mapping[str, str], function: str, store: str = "secretsmanager") -> tuple[Variable, ...]:
    """Decide for each variable.

    Args:
        environment: Names and values.
        function: The function's name; references are named after it.
        store: Where secrets are kept that are not yet: ``secretsmanager`` or ``ssm``.
    """
    return tuple(_decide(name, value, reference(store, function, name)) for name, value in sorted(environment.items()))


def reference(store: str, function: str, name: str) -> str:
    """Return where a secret of a function is kept; names of parameters in a folder begin with a slash."""
    return f"{store}:{'/' if store == 'ssm' else ''}{function}/{name}"


def _decide(name: str, value: str, kept: str) -> Variable:
    if _PLATFORM.search(name):
        return Variable(name, "platform")
    if value.startswith(("secretsmanager:", "ssm:")):
        return Variable(name, "reference", value)
    if looks_secret(name, value) or not value.isprintable() or value != value.strip():
        return Variable(name, "reference", kept, placeholders.like(value))
    return Variable(name, "value", value)
