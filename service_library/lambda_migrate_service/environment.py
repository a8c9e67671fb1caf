"""Reads settings from environment variables and remembers everything that is wrong with them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

from .named import Named

REFERENCES = ("secretsmanager:", "ssm:")
DEFAULTS = "environment.defaults"
"""The file of a repository that holds the variables which the function had."""
STAND_INS = "SERVICE_STAND_INS"
"""The variable that names a file with stand-ins for what only AWS has; for a developer's machine."""
PARTS = {
    "LAMBDA_MIGRATE_API_KEY": ("ApiDestination", "api-destination"),
    "LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS": ("Polling", "sqs"),
    "LAMBDA_MIGRATE_CONSUME_QUEUES": ("Polling", "sqs"),
    "LAMBDA_MIGRATE_REQUIRE": ("Door", ""),
    "LAMBDA_MIGRATE_SNS_TOPICS": ("Sns", "sns"),
}
"""Variables that do nothing where the service is put together without a part, and what `init --add` calls the part."""


class SettingsError(Exception):
    """The service cannot start; the message names every variable that is missing or wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the service cannot start:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = problems


class Environment:
    """Environment variables, read with defaults and checks.

    A wrong variable yields its default and is remembered; `check` then fails once, naming all of them.
    """

    def __init__(self, variables: MutableMapping[str, str]) -> None:
        self._variables = variables
        self._asked: set[str] = set()
        self.problems: list[str] = []

    @classmethod
    def prepared(cls, variables: MutableMapping[str, str], folder: Path) -> Environment:
        """Return the environment with what a repository's files say filled in.

        Args:
            variables: The environment; a variable that is set keeps its value.
            folder: The repository: `environment.defaults` lies there, and the file that `SERVICE_STAND_INS` names.
        """
        whole = variables.whole if isinstance(variables, Named) else variables
        if whole.get(STAND_INS):
            set_defaults(whole, folder / whole[STAND_INS])
        set_defaults(whole, folder / DEFAULTS)
        time.tzset()  # TZ may be among them
        return cls(variables)

    def text(self, name: str, default: str = "") -> str:
        """Return a variable's text."""
        self._asked.add(name)
        return self._variables.get(name, default)

    def items(self, name: str) -> tuple[str, ...]:
        """Return the parts of a comma-separated variable."""
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return a variable that must be one of some words."""
        value = self.text(name, default)
        if value in choices:
            return value
        self.problems.append(f"{name} must be one of {', '.join(choices)}")
        return default

    def number(self, name: str, default: float, *, least: float = 0.0) -> float:
        """Return a variable that must be a number."""
        try:
            value = float(self.text(name) or default)
        except ValueError:
            value = math.nan
        if least <= value < math.inf:
            return value
        self.problems.append(f"{name} must be a number of at least {least:g}")
        return default

    def whole(self, name: str, default: int, *, least: int = 1, most: int | None = None) -> int:
        """Return a variable that must be a whole number."""
        try:
            value = int(self.text(name) or default)
        except ValueError:
            value = least - 1
        if value >= least and (most is None or value <= most):
            return value
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        self.problems.append(f"{name} must be a whole number of {bounds}")
        return default

    def require(self, names: tuple[str, ...]) -> None:
        """Remember the variables that are not set."""
        self.problems += [f"{name} is not set" for name in names if name not in self._variables]

    def resolve(self, names: Iterable[str]) -> None:
        """Put secrets in the place of the references that stand for them; remember those that cannot be read."""
        self.problems += resolve_secrets(self._variables, tuple(names))

    def check(self) -> None:
        """Fail if anything was wrong, or if a variable is set that no part of the service has read.

        Raises:
            SettingsError: Something was.
        """
        for name, (part, word) in PARTS.items():
            if self._variables.get(name) and name not in self._asked:
                advice = (
                    f"run `lambda-migrate init --add {word}`" if word else f"put `{part}` in front of the application"
                )
                self.problems.append(f"{name} is set, and the service has no {part}: {advice}")
        if self.problems:
            raise SettingsError(self.problems)


def set_defaults(variables: MutableMapping[str, str], file: Path) -> None:
    """Set the variables of an env file (`NAME=value` lines, `#` comments) that are not set already."""
    lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else []  # values may hold other separators
    for line in lines:
        name, separator, value = line.partition("=")
        if separator and not line.lstrip().startswith("#"):
            variables.setdefault(name.strip(), value.strip())


def resolve_secrets(variables: MutableMapping[str, str], names: tuple[str, ...]) -> list[str]:
    """Put secrets in the place of the references that stand for them.

    Args:
        variables: The environment; `secretsmanager:NAME` and `ssm:NAME` are read from AWS and replaced.
        names: The variables that may hold a reference.

    Returns:
        A sentence for each that could not be read; never a secret.
    """
    problems: list[str] = []
    for name in names:
        reference = variables.get(name, "")
        if reference.startswith(REFERENCES):
            try:
                variables[name] = _secret(reference)
            except Exception as error:  # noqa: BLE001  # whatever goes wrong is told with the variable's name
                problems.append(f"{name}: `{reference}` cannot be read ({type(error).__name__})")
    return problems


def _secret(reference: str) -> str:
    import boto3  # noqa: PLC0415  # only services that have secrets need it

    kind, _, name = reference.partition(":")
    client: Any
    if kind == "ssm":
        client = boto3.client("ssm")
        return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    client = boto3.client("secretsmanager")
    return str(client.get_secret_value(SecretId=name)["SecretString"])
