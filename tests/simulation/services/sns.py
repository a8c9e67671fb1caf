"""SNS: topics, and subscriptions that have to be confirmed, and whose filters take a quarter of an hour to spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

FILTERED = 900.0
"""Seconds until a filter policy is applied everywhere, at most ("Subscription filter policies", SNS guide)."""

SUBSCRIBED = 60.0
FORGOTTEN = 48 * 3600.0
"""Seconds after which SNS drops a subscription that nobody confirms."""

_DEFAULT_SCOPE = "MessageAttributes"


def _missing(what: str) -> Refused:
    return Refused("NotFoundException", f"{what} does not exist", 404)


class Sns:
    """Topics by ARN; subscriptions by ARN. Attributes: ``known``: topic and endpoint of all that there ever were."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.topics = Shelf(world)
        self.known: dict[str, tuple[str, str]] = {}
        self.subscriptions = Shelf(world, spread=world.spread(FILTERED))

    def create_topic(self, *, Name: str) -> Document:
        arn = self.world.arn("sns", Name)
        self.topics.put(arn, {"TopicArn": arn})
        return {"TopicArn": arn}

    def get_topic_attributes(self, *, TopicArn: str) -> Document:
        if TopicArn not in self.topics.truth:
            raise _missing("Topic")
        return {"Attributes": {"TopicArn": TopicArn}}

    def subscribe(
        self,
        *,
        TopicArn: str,
        Protocol: str,
        Endpoint: str,
        Attributes: dict[str, str] | None = None,
        ReturnSubscriptionArn: bool = False,
    ) -> Document:
        if TopicArn not in self.topics.truth:
            raise _missing("Topic")
        same = (TopicArn, Protocol, Endpoint)
        for arn, each in self.subscriptions.truth.items():
            if (each["TopicArn"], each["Protocol"], each["Endpoint"]) == same:
                wanted = {name: value for name, value in (Attributes or {}).items() if each.get(name) != value}
                if wanted and not each["Pending"]:
                    raise Refused("InvalidParameterException", "Subscription already exists with different attributes")
                self._ask(arn)
                return {"SubscriptionArn": arn}
        arn = f"{TopicArn}:{self.world.uuid()}"
        self.known[arn] = (TopicArn, Endpoint)
        pending = Protocol in ("http", "https")
        document = {
            **(Attributes or {}),
            "SubscriptionArn": arn,
            "TopicArn": TopicArn,
            "Protocol": Protocol,
            "Endpoint": Endpoint,
            "Pending": pending,
        }
        spread = FILTERED if "FilterPolicy" in document else SUBSCRIBED
        self.subscriptions.put(arn, document, spread=self.world.spread(0.0 if pending else spread))
        if pending:
            self._ask(arn)
            self.world.time.at(self.world.time.now + FORGOTTEN, lambda: self._forget(arn))
        return {"SubscriptionArn": arn if ReturnSubscriptionArn or not pending else "pending confirmation"}

    def _ask(self, arn: str) -> None:
        """Have the service confirm a subscription, where the request arrives."""
        after = self.world.unkind.confirms
        if self.subscriptions.truth[arn]["Pending"] and after >= 0:
            self.world.time.at(self.world.time.now + after, lambda: self._confirm(arn))

    def _confirm(self, arn: str) -> None:
        found = self.subscriptions.truth.get(arn)
        if found and found["Pending"]:
            spread = FILTERED if "FilterPolicy" in found else SUBSCRIBED
            self.subscriptions.put(arn, {**found, "Pending": False}, spread=self.world.spread(spread))

    def _forget(self, arn: str) -> None:
        if self.subscriptions.truth.get(arn, {}).get("Pending"):
            self.subscriptions.drop(arn, spread=0.0)

    def unsubscribe(self, *, SubscriptionArn: str) -> Document:
        found = self.subscriptions.truth.get(SubscriptionArn)
        if found is None:
            raise _missing("Subscription")
        if found["Pending"]:
            raise Refused("InvalidParameterException", "Invalid parameter: SubscriptionArn is pending confirmation")
        self.subscriptions.drop(SubscriptionArn, spread=self.world.spread(SUBSCRIBED))
        return {}

    def _entries(self, topic: str | None) -> list[Document]:
        shown = ("TopicArn", "Protocol", "Endpoint")
        return [
            {name: each[name] for name in shown}
            | {"SubscriptionArn": "PendingConfirmation" if each["Pending"] else arn, "Owner": arn.split(":")[4]}
            for arn, each in self.subscriptions.listed()
            if topic in (None, each["TopicArn"])
        ]

    def list_subscriptions_by_topic(self, *, TopicArn: str) -> Document:
        if self.topics.seen(TopicArn) is None:
            raise _missing("Topic")
        return {"Subscriptions": self._entries(TopicArn)}

    def list_subscriptions(self) -> Document:
        return {"Subscriptions": self._entries(None)}

    def list_topics(self) -> Document:
        return {"Topics": [dict(each) for _, each in self.topics.listed()]}

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> Document:
        found = self.subscriptions.seen(SubscriptionArn)
        if found is None:
            raise _missing("Subscription")
        told = {name: value for name, value in found.items() if name != "Pending" and value not in ("", "{}")}
        told["PendingConfirmation"] = "true" if found["Pending"] else "false"
        if "FilterPolicy" in told:
            told.setdefault("FilterPolicyScope", _DEFAULT_SCOPE)
        return {"Attributes": told}

    def set_subscription_attributes(
        self, *, SubscriptionArn: str, AttributeName: str, AttributeValue: str = ""
    ) -> Document:
        found = self.subscriptions.truth.get(SubscriptionArn)
        if found is None:
            raise _missing("Subscription")
        after: dict[str, Any] = {**found, AttributeName: AttributeValue}
        if AttributeName == "FilterPolicy" and AttributeValue in ("", "{}"):
            after.pop("FilterPolicy")
        self.subscriptions.put(SubscriptionArn, after, spread=None if AttributeName == "FilterPolicy" else 0.0)
        return {}
