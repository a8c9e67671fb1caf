"""Subscribes an endpoint to an SNS topic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.sns.park_subscription import NEVER, parked
from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

PENDING = ("PendingConfirmation", "pending confirmation")
_DOCUMENTS = frozenset({"FilterPolicy", "RedrivePolicy", "DeliveryPolicy"})


@dataclass(frozen=True)
class Subscribe:
    """Subscribe an endpoint and wait until it has confirmed; a service confirms within seconds.

    Attributes:
        topic: ARN of the topic.
        protocol: ``https``, ``http``, ``sqs``, ...
        endpoint: URL or ARN.
        attributes: What Subscribe takes as ``Attributes``, ``{"FilterPolicy": "{...}", "RedrivePolicy": "{...}"}``.
    """

    kind: ClassVar[str] = "subscribe"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    may_vanish: ClassVar[bool] = True
    """Subscribe soon after Unsubscribe may answer with the subscription that is going
    (https://github.com/justtrackio/gosoline/issues/1418)."""
    topic: str
    protocol: str
    endpoint: str
    attributes: dict[str, str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"topic {Arn.parse(self.topic).name}: subscribe {self.endpoint}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"topic {Arn.parse(self.topic).name}: unsubscribe {self.endpoint}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the endpoint is subscribed and delivers; MOVING until it has confirmed."""
        subscriptions = list(self._subscriptions(aws))
        if not subscriptions:
            return Observed.BEFORE
        if any(_unconfirmed(each) for each in subscriptions):
            return Observed.MOVING
        if all(parked(each) for each in subscriptions):
            return Observed.BEFORE  # left by an earlier way back: it delivers nothing
        return Observed.AFTER if all(self._as_wanted(each) for each in subscriptions) else Observed.DRIFT

    def _subscriptions(self, aws: Aws) -> Iterator[Document]:
        """Yield the attributes of the endpoint's subscriptions; ``{}`` where AWS gives no ARN until it confirms."""
        listed = aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=self.topic)
        for each in listed:
            if (each["Protocol"], each["Endpoint"]) != (self.protocol, self.endpoint):
                continue
            arn = each["SubscriptionArn"]
            try:
                yield (
                    {}
                    if arn in PENDING
                    else aws.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
                )
            except NotFound:
                continue  # gone since it was listed

    def _as_wanted(self, attributes: Document) -> bool:
        return all(_is(name, attributes.get(name), wanted) for name, wanted in self.attributes.items())

    def apply(self, aws: Aws) -> None:
        """Subscribe; SNS sends the endpoint a confirmation to answer. A subscription that is parked delivers again.

        Its filter is the last that is written: until then it delivers nothing, however it is set up.
        """
        confirmed = [each for each in self._subscriptions(aws) if not _unconfirmed(each)]
        for each in confirmed:
            for name, wanted in self.attributes.items():
                if name != "FilterPolicy" and not _is(name, each.get(name), wanted):
                    self._set(aws, each, name, wanted)
            self._set(aws, each, "FilterPolicy", self.attributes.get("FilterPolicy") or "{}")
        if confirmed:
            return
        aws.call(
            "sns",
            "subscribe",
            TopicArn=self.topic,
            Protocol=self.protocol,
            Endpoint=self.endpoint,
            Attributes=self.attributes,
            ReturnSubscriptionArn=True,
        )

    def remind(self, aws: Aws) -> None:
        """Have SNS send the confirmation again: what was not answered in time never will be."""
        self.apply(aws)

    def needless(self, aws: Aws) -> str:
        """Return whether nobody has confirmed it: SNS lets nobody delete it then, and drops it by itself.

        It delivers nothing ("Deleting an Amazon SNS subscription and topic", SNS developer guide).
        """
        subscriptions = list(self._subscriptions(aws))
        pending = bool(subscriptions) and all(_unconfirmed(each) for each in subscriptions)
        return "nobody has confirmed it, so it delivers nothing; SNS drops it within 48 hours" if pending else ""

    def leave(self, aws: Aws) -> None:
        """Have it deliver nothing new; what SNS tries again still arrives."""
        for each in self._subscriptions(aws):
            if not _unconfirmed(each):
                self._set(aws, each, "FilterPolicy", json.dumps(NEVER))

    def gone(self, aws: Aws) -> bool:
        """Return whether the endpoint has yet to be subscribed."""
        return not list(self._subscriptions(aws))

    def _set(self, aws: Aws, subscription: Document, name: str, value: str) -> None:
        arn = subscription["SubscriptionArn"]
        aws.call("sns", "set_subscription_attributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value)

    def undo(self, aws: Aws) -> None:
        """Unsubscribe; what never confirmed cannot be unsubscribed, and SNS drops it by itself."""
        for each in list(self._subscriptions(aws)):
            aws.call("sns", "unsubscribe", SubscriptionArn=each["SubscriptionArn"])

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("sns", "ListSubscriptionsByTopic Subscribe", TopicArn=self.topic),
            *calls("sns", "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        descriptions = [
            "not confirmed yet"
            if _unconfirmed(each)
            else json.dumps({name: each.get(name) for name in self.attributes}, sort_keys=True)
            for each in self._subscriptions(aws)
        ]
        return f"{self.endpoint}: {', '.join(descriptions) or 'not subscribed'}"


def _unconfirmed(attributes: Document) -> bool:
    return not attributes or attributes.get("PendingConfirmation") == "true"


def _is(name: str, current: str | None, wanted: str) -> bool:
    """Return whether an attribute says what is wanted; AWS adds its defaults to a delivery policy."""
    has, wants = _value(name, current), _value(name, wanted)
    if name == "DeliveryPolicy" and isinstance(has, dict) and isinstance(wants, dict):
        return _covers(has, wants)
    return bool(has == wants)


def _covers(current: Document, wanted: Document) -> bool:
    return all(
        _covers(current[name], value)
        if isinstance(value, dict) and isinstance(current.get(name), dict)
        else current.get(name) == value
        for name, value in wanted.items()
    )


def _value(name: str, text: str | None) -> Any:
    """Return an attribute for comparison: documents by what they say, not by how they are written."""
    return document(text, "sns:GetSubscriptionAttributes", name) if text and name in _DOCUMENTS else text or ""
