"""Parks an SNS subscription: it stays, with its ARN, and delivers nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.answers import document
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

NEVER = {"lambda-migrate-parked": ["never"]}
"""A filter policy that matches no message, neither by its attributes nor by its body."""

_DEFAULT_SCOPE = "MessageAttributes"


@dataclass(frozen=True)
class ParkSubscription:
    """Give a subscription a filter that nothing matches.

    Only the filter policy is written, in one call, and its scope is left as it is: the filter matches nothing in either
    scope, and the change is never half made. SNS takes up to 15 minutes to spread it
    ("Subscription filter policies" in its guide).

    Attributes:
        subscription: ARN of the subscription.
        name: What a person calls it: the topic's name.
        before: ``{"FilterPolicy": ..., "FilterPolicyScope": ...}`` as the subscription has them, the policy as text or
            as a document; left out, None or empty if there is none.
    """

    kind: ClassVar[str] = "park_subscription"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    subscription: str
    name: str
    before: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"subscription to {self.name}: delivers → parked"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"subscription to {self.name}: parked → delivers"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the filter is ours or the one from before."""
        attributes = self._read(aws)
        if attributes is None:
            return Observed.DRIFT
        if parked(attributes):
            return Observed.AFTER
        policy = _policy(attributes)
        before = _policy(self.before)
        same_scope = not before or _scope(attributes) == _scope(self.before)
        return Observed.BEFORE if policy == before and same_scope else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        answer = read_or_none(aws, "sns", "get_subscription_attributes", SubscriptionArn=self.subscription)
        return answer["Attributes"] if answer else None

    def apply(self, aws: Aws) -> None:
        """Park it."""
        self._write(aws, NEVER)

    def undo(self, aws: Aws) -> None:
        """Give it its own filter back; an empty one removes the filter."""
        self._write(aws, _policy(self.before))

    def _write(self, aws: Aws, policy: Document) -> None:
        aws.call(
            "sns",
            "set_subscription_attributes",
            SubscriptionArn=self.subscription,
            AttributeName="FilterPolicy",
            AttributeValue=json.dumps(policy),
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("sns", "GetSubscriptionAttributes SetSubscriptionAttributes")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        attributes = self._read(aws)
        if attributes is None:
            return "no such subscription"
        return f"filter {json.dumps(_policy(attributes), sort_keys=True)} on {_scope(attributes)}"


def parked(attributes: Document) -> bool:
    """Return whether a subscription with these attributes is parked."""
    return _policy(attributes) == NEVER


def _policy(attributes: Document) -> Document:
    policy = attributes.get("FilterPolicy") or {}
    parsed = document(policy, "sns:GetSubscriptionAttributes", "FilterPolicy") if isinstance(policy, str) else policy
    return dict(parsed) if isinstance(parsed, dict) else {"": parsed}  # not one that AWS takes: it is never ours


def _scope(attributes: Document) -> str:
    return str(attributes.get("FilterPolicyScope") or _DEFAULT_SCOPE)
