"""Re-points the actions of an IoT rule that invoke the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.permissions import calls, passed
from lambda_migrate.errors import AwsError, NotFound

if TYPE_CHECKING:
    from lambda_migrate.actions.document import Path
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

INVOKED = ("lambda", "functionArn")
_WRITTEN = ("sql", "description", "actions", "ruleDisabled", "awsIotSqlVersion", "errorAction")
_GONE = "UnauthorizedException"


@dataclass(frozen=True)
class PointTopicRule(PointInDocument):
    """Change the function in those actions of a rule that name it as before; ReplaceTopicRule takes the whole rule.

    https://docs.aws.amazon.com/iot/latest/apireference/API_ReplaceTopicRule.html

    Attributes:
        before: The functions by the places of their actions: ``{"0": arn}``, ``{"error": arn}`` for the error action.
        after: As before.
    """

    kind: ClassVar[str] = "point_topic_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"lastModified", "createdAt"})

    def describe(self) -> str:
        """Return one line for a person."""
        sides = (", ".join(dict.fromkeys(map(short, side.values()))) for side in (self.before, self.after))
        return f"IoT rule {self.name}: {' → '.join(sides)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the rule."""
        return read(aws, self.name)

    def ours(self, document: Document) -> Any:
        """Return the functions of our actions."""
        sides = {place: at(document, _path(place)) for place in self.before}
        return {place: arn for place, arn in sides.items() if arn is not None} or None

    def merged(self, document: Document, side: Any) -> Document:
        """Return the rule with a side in our actions."""
        return put(document, {_path(place): arn for place, arn in side.items()})

    def send(self, aws: Aws, document: Document) -> None:
        """Write the whole rule."""
        payload = {name: document[name] for name in _WRITTEN if name in document}
        aws.call("iot", "replace_topic_rule", ruleName=self.name, topicRulePayload=payload)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("iot", "GetTopicRule ReplaceTopicRule", ruleName=self.name),
            *calls("iot", "ListTopicRules"),
            passed("", "iot.amazonaws.com"),
        )


def read(aws: Aws, rule: str) -> Document | None:
    """Return a rule; None where it does not exist.

    AWS IoT answers `UnauthorizedException` to who asks for a rule that is not there, as it does to who may not ask; so
    the list of all rules decides (GetTopicRule, AWS IoT API reference).
    """
    try:
        rule_document = aws.call("iot", "get_topic_rule", ruleName=rule)["rule"]
    except NotFound:
        return None
    except AwsError as error:
        names = (each["ruleName"] for each in aws.pages("iot", "list_topic_rules", "rules"))
        if error.aws_code != _GONE or rule in names:
            raise
        return None
    return dict(rule_document)


def invoked(document: Document) -> dict[str, str]:
    """Return the functions that a rule invokes, by the places of their actions."""
    actions = {str(place): each for place, each in enumerate(document.get("actions", ()))}
    if document.get("errorAction"):
        actions["error"] = document["errorAction"]
    by_place = {place: at(each, INVOKED) for place, each in actions.items()}
    return {place: str(arn) for place, arn in by_place.items() if arn}


def _path(place: str) -> Path:
    return ("errorAction", *INVOKED) if place == "error" else ("actions", int(place), *INVOKED)
