"""Re-points the Lambda actions of a receipt rule of Amazon SES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.document import PointWhereNamed
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.actions.document import Path
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointReceiptRule(PointWhereNamed):
    """Replace the function in a rule's actions; the other actions, their order and the recipients stay.

    UpdateReceiptRule replaces the whole rule; SES takes one such call a second (SES API reference).

    Attributes:
        rule_set: The rule set that the rule is in.
    """

    kind: ClassVar[str] = "point_receipt_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    rule_set: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"receipt rule {self.rule_set}/{self.name}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the rule."""
        answer = read_or_none(aws, "ses", "describe_receipt_rule", RuleSetName=self.rule_set, RuleName=self.name)
        return answer["Rule"] if answer else None

    def places(self, document: Document) -> dict[Path, str]:
        """Return where one of the two sides stands."""
        invoked = (
            (place, (action.get("LambdaAction") or {}).get("FunctionArn"))
            for place, action in enumerate(document.get("Actions") or ())
        )
        return {
            ("Actions", place, "LambdaAction", "FunctionArn"): str(arn)
            for place, arn in invoked
            if arn in (self.before, self.after)
        }

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the rule."""
        aws.call("ses", "update_receipt_rule", RuleSetName=self.rule_set, Rule=document)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("ses", "DescribeReceiptRule UpdateReceiptRule")
