"""Moves traffic: which version an alias points at, and the share of a second one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Touched, conflict
from lambda_migrate.actions.references import MARKER, calls_of_version, missing_version, version_number
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DIGITS = 6
"""Weights are compared to so many digits; they are shares of 1, which AWS stores as doubles."""


@dataclass(frozen=True)
class ShiftWeight:
    """Set the version and the weights of an alias, on condition that nobody changes the alias meanwhile.

    Attributes:
        function: Name of the function.
        alias: Name of the alias.
        before: ``{"version": "1", "weights": {}}``; versions are numbers or ``marker:<description>``.
        after: ``{"version": "1", "weights": {"2": 0.1}}``: a tenth goes to version 2.
    """

    kind: ClassVar[str] = "shift_weight"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    timeout: ClassVar[float] = 900.0
    function: str
    alias: str
    before: dict[str, Any]
    after: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alias {self.alias}: {summary(self.before)} → {summary(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the alias shows."""
        return self._seen(aws, read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias))

    def _seen(self, aws: Aws, alias: Document | None) -> Observed:
        if alias is None:
            return Observed.DRIFT
        now = position(alias)
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if now == self._resolved(aws, side):
                return seen
        return Observed.MOVING if self._in_transition(aws, now) else Observed.DRIFT

    def _in_transition(self, aws: Aws, now: Document) -> bool:
        """Return whether Lambda is at it: it moves an alias with provisioned concurrency through weights of its own.

        Nobody else can have set them, because Lambda refuses weights on such an alias ("Configuring provisioned
        concurrency", Lambda developer guide).
        """
        ends = {each["version"] for each in (self._resolved(aws, self.before), self._resolved(aws, self.after))}
        if not now["weights"] or not {now["version"], *now["weights"]} <= ends:
            return False
        config = read_or_none(
            aws, "lambda", "get_provisioned_concurrency_config", FunctionName=self.function, Qualifier=self.alias
        )
        return config is not None

    def _resolved(self, aws: Aws, side: Document) -> Document:
        numbers = {name: version_number(aws, self.function, name) for name in (side["version"], *side["weights"])}
        return {
            "version": numbers[side["version"]],
            "weights": {numbers[name]: round(weight, DIGITS) for name, weight in side["weights"].items()},
        }

    def apply(self, aws: Aws) -> None:
        """Move the traffic to ``after``."""
        self._move(aws, self.after, Observed.AFTER)

    def undo(self, aws: Aws) -> None:
        """Move the traffic back to ``before``."""
        self._move(aws, self.before, Observed.BEFORE)

    def joined(self, later: Action) -> ShiftWeight | None:
        """Return the move from where this one began to where a later one of the same alias ended."""
        if not isinstance(later, ShiftWeight) or (later.function, later.alias) != (self.function, self.alias):
            return None
        return ShiftWeight(self.function, self.alias, self.before, later.after)

    def _move(self, aws: Aws, side: Document, goal: Observed) -> None:
        target = self._resolved(aws, side)
        wanted = (side["version"], *side["weights"])
        for reference, number in zip(wanted, (target["version"], *target["weights"]), strict=True):
            if number is None:
                raise missing_version(self.function, reference)
            aws.wait_function_updated(self.function, number)
        alias = aws.call("lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        if self._seen(aws, alias) not in ({Observed.BEFORE, Observed.AFTER} - {goal}):
            raise conflict(self.describe())
        aws.call(
            "lambda",
            "update_alias",
            FunctionName=self.function,
            Name=self.alias,
            FunctionVersion=target["version"],
            RoutingConfig={"AdditionalVersionWeights": target["weights"]},
            RevisionId=alias["RevisionId"],
        )

    @property
    def home(self) -> str:
        """The version that the traffic comes from."""
        return str(self.before["version"])

    @property
    def complete(self) -> bool:
        """Whether all of the traffic is moved after it."""
        return not self.after["weights"]

    def is_home(self, aws: Aws) -> bool:
        """Return whether the alias is on the version that the traffic comes from, and on nothing else."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        return alias is not None and position(alias) == self._resolved(aws, {"version": self.home, "weights": {}})

    def needless(self, aws: Aws) -> str:
        """Return whether the alias is gone, so that no traffic goes through it that would have to go back."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        return "" if alias else f"alias {self.alias} is gone"

    def is_elsewhere(self, aws: Aws) -> bool:
        """Return whether somebody else has moved the alias to where none of our traffic is; one that is gone, too."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        if alias is None:
            return True
        now, after = position(alias), self._resolved(aws, self.after)
        moved = {after["version"], *after["weights"]} - {self.home}
        there = {now["version"], *now["weights"]}
        return not there & moved and there != {self.home}

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(aliases=frozenset({self.alias}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        named = [name for side in (self.before, self.after) for name in (side["version"], *side["weights"])]
        return (
            *calls("lambda", "GetAlias UpdateAlias", FunctionName=self.function),
            *(call for name in named for call in calls_of_version(self.function, name)),
            *calls("lambda", "GetProvisionedConcurrencyConfig", FunctionName=self.function, Qualifier=self.alias),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        return f"alias {self.alias}: {summary(position(alias)) if alias else 'none'}"


def position(alias: Document) -> Document:
    """Return where an alias of AWS stands, in the form of a side."""
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {
        "version": alias["FunctionVersion"],
        "weights": {version: round(weight, DIGITS) for version, weight in weights.items()},
    }


def summary(side: Document) -> str:
    """Return a side for a person: ``1``, or ``1, 10 % on 2``."""
    shares = [f"{weight * 100:g} % on {named(version)}" for version, weight in side["weights"].items()]
    return ", ".join([named(side["version"]), *shares])


def named(version: str) -> str:
    """Return a version for a person: its number, or the description by which it is found."""
    return f"“{version.removeprefix(MARKER)}”" if version.startswith(MARKER) else version
