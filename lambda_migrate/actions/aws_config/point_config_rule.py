"""Re-points a custom rule of AWS Config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_ONLY_SHOWN = frozenset({"ConfigRuleState", "CreatedBy"})


@dataclass(frozen=True)
class PointConfigRule(PointInDocument):
    """Replace the function that evaluates for a rule; scope, parameters and frequency stay.

    PutConfigRule replaces the whole rule, and refuses a function that Config may not invoke (Config API reference).
    """

    kind: ClassVar[str] = "point_config_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"

    def describe(self) -> str:
        """Return one line for a person."""
        return f"config rule {self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the rule."""
        answer = read_or_none(aws, "config", "describe_config_rules", ConfigRuleNames=[self.name])
        rules = answer["ConfigRules"] if answer else []
        return rules[0] if rules else None

    def moving(self, document: Document) -> bool:
        """Return whether Config is deleting it, or its results."""
        return str(document.get("ConfigRuleState", "ACTIVE")) != "ACTIVE"

    def ours(self, document: Document) -> Any:
        """Return the function that evaluates."""
        return document["Source"].get("SourceIdentifier")

    def merged(self, document: Document, side: str) -> Document:
        """Return the rule with a side as its function."""
        return put(document, {("Source", "SourceIdentifier"): side})

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the rule."""
        rule = {name: value for name, value in document.items() if name not in _ONLY_SHOWN and value not in (None, "")}
        aws.call("config", "put_config_rule", ConfigRule=rule)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("config", "DescribeConfigRules PutConfigRule")
