"""Makes a function URL for an alias, beside the one that the function has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.counted import counted
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DAYS = 14
"""For how long a URL has to be quiet before it is deleted: "you can't recover it" (DeleteFunctionUrlConfig)."""

_HOUR = 3600


@dataclass(frozen=True)
class CreateFunctionUrl:
    """Make a URL for an alias; AWS draws its name, and nobody knows it yet.

    Attributes:
        function: Name of the function.
        alias: Name of the alias.
        settings: As CreateFunctionUrlConfig takes them: ``{"AuthType", "InvokeMode", "Cors"}``.
    """

    kind: ClassVar[str] = "create_function_url"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    alias: str
    settings: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"function URL of {self.function}:{self.alias}: create"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"function URL of {self.function}:{self.alias}: delete"

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "lambda", "get_function_url_config", FunctionName=self.function, Qualifier=self.alias)

    def observe(self, aws: Aws) -> Observed:
        """Return whether the alias has a URL, with these settings."""
        configuration = self._read(aws)
        if configuration is None:
            return Observed.BEFORE
        return (
            Observed.AFTER
            if all(configuration.get(name) == value for name, value in self.settings.items())
            else Observed.DRIFT
        )

    def apply(self, aws: Aws) -> None:
        """Make it."""
        about = {"FunctionName": self.function, "Qualifier": self.alias}
        aws.call("lambda", "create_function_url_config", **about, **self.settings)

    def made(self, aws: Aws) -> str:
        """Return the URL that AWS generated, "" if there is none."""
        configuration = self._read(aws)
        return str(configuration["FunctionUrl"]) if configuration else ""

    def in_use(self, aws: Aws) -> str:
        """Return that it has had requests lately, or that nobody can tell: a client would lose it for good."""
        return _in_use(aws, self.function, self.alias)

    def undo(self, aws: Aws) -> None:
        """Delete it, unless somebody has used it lately.

        Raises:
            Drifted: Somebody has, or nobody can tell.
        """
        why = self.in_use(aws)
        if why:
            raise Drifted(
                f"{self.describe_back()}: {why}", hint="nobody can bring a URL back; move its clients away first"
            )
        aws.call("lambda", "delete_function_url_config", FunctionName=self.function, Qualifier=self.alias)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "GetFunctionUrlConfig CreateFunctionUrlConfig DeleteFunctionUrlConfig"
        return (
            *calls("lambda", changing, FunctionName=self.function, Qualifier=self.alias),
            *calls("cloudwatch", "GetMetricData"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        configuration = self._read(aws)
        return (
            f"{configuration['FunctionUrl']}, {configuration.get('AuthType')}" if configuration else "no function URL"
        )


def _in_use(aws: Aws, function: str, alias: str) -> str:
    """Return why a URL is not deleted, a clause; "" where it has had no request ("UrlRequestCount", Lambda guide)."""
    count = counted(aws, "UrlRequestCount", f"{function}:{alias}", timedelta(days=DAYS), _HOUR)
    if isinstance(count, str):
        return count
    return f"it has had {count} request{'' if count == 1 else 's'} within {DAYS} days" if count else ""
