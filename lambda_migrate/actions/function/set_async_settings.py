"""Sets how a qualifier of the function treats asynchronous events: retries, their age, and where failures go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.function.counted import invoked
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_DEFAULTS: dict[str, Any] = {
    "MaximumRetryAttempts": 2,
    "MaximumEventAgeInSeconds": 21600,
    "DestinationConfig": {},
}
"""What Lambda does where a field is left out ("Error handling for asynchronous invocation" in its guide)."""


@dataclass(frozen=True)
class SetAsyncSettings(Replace):
    """Write the settings for asynchronous invocation of one qualifier; they belong to one qualifier each.

    Where both sides have settings, only the fields that differ between them are ours; what somebody else sets in the
    others is kept.

    Attributes:
        function: Name of the function.
        qualifier: Alias or version; "" for the unqualified function.
        before: ``{"MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"}``, or None for no settings.
        after: As before.
    """

    kind: ClassVar[str] = "set_async_settings"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    function: str
    qualifier: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def describe(self) -> str:
        """Return one line for a person."""
        target = f"{self.function}:{self.qualifier}" if self.qualifier else self.function
        return f"asynchronous settings of {target}: {_spoken(self.before)} → {_spoken(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the settings show."""
        now = self._read(aws)
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if self._shows(now, side):
                return seen
        return Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(
            aws,
            "lambda",
            "get_function_event_invoke_config",
            FunctionName=self.function,
            Qualifier=self.qualifier or None,
        )

    def _shows(self, now: Document | None, side: Document | None) -> bool:
        if now is None or side is None:
            return now is side
        return all(_full(now)[name] == _full(side)[name] for name in self._ours())

    def _ours(self) -> list[str]:
        if self.before is None or self.after is None:
            return list(_DEFAULTS)
        before, after = _full(self.before), _full(self.after)
        return [name for name in _DEFAULTS if before[name] != after[name]]

    def write(self, aws: Aws, side: Document | None) -> None:
        """Write the fields that are ours, and keep the others."""
        names: dict[str, Any] = {"FunctionName": self.function, "Qualifier": self.qualifier or None}
        if side is None:
            aws.call("lambda", "delete_function_event_invoke_config", **names)
            return
        now = self._read(aws)
        # Put resets what it is not given, so everything is given: our fields from the side, the others as they are.
        fields = {name: side[name] for name in _DEFAULTS if name in side}
        if now is not None:
            ours = self._ours()
            fields = {name: now[name] for name in _DEFAULTS if name in now and name not in ours} | {
                name: value for name, value in fields.items() if name in ours
            }
        # AWS shows a destination that is not set as {}, which is not one that it takes.
        destinations = {name: value for name, value in fields.pop("DestinationConfig", {}).items() if value}
        if destinations:
            fields["DestinationConfig"] = destinations
        aws.call("lambda", "put_function_event_invoke_config", **names, **fields)

    def in_use(self, aws: Aws) -> str:
        """Return that their qualifier is still invoked, or that this is unknown: its asynchronous events use them."""
        return invoked(aws, self.function, self.qualifier)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        sides = (self.before, self.after)
        changing = "GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig"
        removing = "DeleteFunctionEventInvokeConfig" if None in sides else ""
        return calls("lambda", f"{changing} {removing}", FunctionName=self.function, Qualifier=self.qualifier)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return _spoken(self._read(aws))


def same(one: Document | None, other: Document | None) -> bool:
    """Return whether two settings say the same; left out or written out, a default is a default."""
    return one is other or (one is not None and other is not None and _full(one) == _full(other))


def _full(settings: Document) -> Document:
    """Return settings with Lambda's defaults written out, and without empty destinations."""
    full = {name: settings.get(name, default) for name, default in _DEFAULTS.items()}
    full["DestinationConfig"] = {name: value for name, value in full["DestinationConfig"].items() if value}
    return full


def _spoken(settings: Document | None) -> str:
    if settings is None:
        return "none"
    full = _full(settings)
    destinations = json.dumps(full["DestinationConfig"], sort_keys=True) if full["DestinationConfig"] else "nowhere"
    retries, age = full["MaximumRetryAttempts"], full["MaximumEventAgeInSeconds"]
    return f"{retries} retries within {age} s, results to {destinations}"
