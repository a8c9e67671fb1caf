"""Removes an SNS subscription that nothing needs any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Irreversible, Observed
from lambda_migrate.actions.sns.park_subscription import parked
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RemoveSubscription(Irreversible):
    """Remove a subscription that is parked. A new subscription would have another ARN, so this cannot be undone.

    Attributes:
        subscription: ARN of the subscription.
        name: What a person calls it: the topic's name.
    """

    kind: ClassVar[str] = "remove_subscription"
    symbol: ClassVar[str] = "-"
    subscription: str
    name: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"subscription to {self.name}: remove"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, parked; DRIFT where it delivers again."""
        subscription = self._read(aws)
        if subscription is None:
            return Observed.AFTER
        return Observed.BEFORE if parked(subscription["Attributes"]) else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "sns", "get_subscription_attributes", SubscriptionArn=self.subscription)

    def needless(self, aws: Aws) -> str:  # noqa: ARG002  # it is so everywhere
        """Return why the way back passes it by: what it removed delivered nothing."""
        return "the subscription stays removed; subscribe the function again by hand if it is to get messages"

    def apply(self, aws: Aws) -> None:
        """Remove it."""
        aws.call("sns", "unsubscribe", SubscriptionArn=self.subscription)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("sns", "GetSubscriptionAttributes Unsubscribe")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        subscription = self._read(aws)
        if subscription is None:
            return "no such subscription"
        delivers = "" if parked(subscription["Attributes"]) else ", which delivers"
        return f"{subscription['Attributes']['Endpoint']}{delivers}"
