"""Whether a queue takes what a service of AWS sends to it: its policy, its key, its kind.

Services accept a queue that refuses them, and then lose each message. So the queue is read before anything names it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

SEND = ("sqs:SendMessage", "SQS:SendMessage", "sqs:*", "SQS:*", "*")
FIFO = ".fifo"
AWS_KEY = "alias/aws/sqs"
"""The key that AWS manages for SQS: its policy cannot be changed, so that no other service may use it
("Configure KMS permissions for AWS services", SQS developer guide)."""

_LIKE = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
_UNLIKE = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
_OF_A_SERVICE = {"aws:securetransport": "true", "aws:principalisawsservice": "true"}
"""What is true of each call of a service of AWS ("AWS global condition context keys", IAM user guide)."""

_ABOUT_SOURCE = {"aws:sourcearn", "aws:sourceaccount"}


def read(aws: Aws, queue: str) -> Document:
    """Return what decides who may send to a queue: ``Policy``, ``KmsMasterKeyId``, ``RedrivePolicy``.

    Args:
        aws: AWS; reads only.
        queue: ARN of the queue.

    Raises:
        NotFound, NotAllowed, AwsError: As AWS answered.
    """
    arn = Arn.parse(queue)
    url = aws.call("sqs", "get_queue_url", QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account)["QueueUrl"]
    asked = ["Policy", "KmsMasterKeyId", "RedrivePolicy"]
    answer = aws.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=asked)
    told: Document = answer.get("Attributes") or {}
    return told


def lets(attributes: Document, service: str, source: str, account: str = "") -> bool:
    """Return whether the policy lets a service send for a source, and nothing in it may forbid that.

    Args:
        attributes: The queue's attributes.
        service: ``s3.amazonaws.com``.
        source: ARN of what sends: a topic, a bucket.
        account: Whose source it is, where its ARN does not say so.
    """
    listed = document(attributes.get("Policy") or "{}", "sqs:GetQueueAttributes", "Policy").get("Statement") or []
    statements = [each for each in _listed(listed) if isinstance(each, dict)]
    if any(_may_deny(each, service, source, account) for each in statements):
        return False
    return any(_allows(each, service, source, account) for each in statements)


def unsuitable(queue: str, attributes: Document, sender: str) -> str:
    """Return why a service does not send to a queue of this kind, one clause; "" where it does.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html and
    https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html

    Args:
        queue: ARN of the queue.
        attributes: Its attributes.
        sender: Who is to send, for a person: ``S3``.
    """
    if queue.endswith(FIFO):
        return f"{sender} does not send to FIFO queues"
    if attributes.get("KmsMasterKeyId") == AWS_KEY:
        return f"it is encrypted with the key that AWS manages, which {sender} may not use"
    return ""


def _allows(statement: dict[str, Any], service: str, source: str, account: str) -> bool:
    """Return whether a statement lets the service send; conditions on anything but the source are not read."""
    principal = statement.get("Principal")
    services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
    anybody = principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS")))
    if statement.get("Effect") != "Allow" or not set(SEND) & set(_listed(statement.get("Action"))):
        return False
    if service not in services and not anybody:
        return False
    asked = dict(_conditions(statement))
    if not asked:
        return not statement.get("Condition")
    own = {"aws:sourcearn": source, "aws:sourceaccount": account}
    return all(any(fnmatchcase(own[key], pattern) for pattern in patterns) for key, patterns in asked.items())


def _may_deny(statement: dict[str, Any], service: str, source: str, account: str) -> bool:
    """Return whether a statement may forbid the service to send: what it asks cannot be told to be otherwise."""
    principal = statement.get("Principal", "*")
    named = [each for value in principal.values() for each in _listed(value)] if isinstance(principal, dict) else ["*"]
    actions = [str(each).lower() for each in _listed(statement.get("Action") or statement.get("NotAction"))]
    if statement.get("Effect") != "Deny" or not {"*", service} & set(named):
        return False
    if any(fnmatchcase(SEND[0].lower(), each) for each in actions) is not bool(statement.get("Action")):
        return False
    own = {"aws:sourcearn": source, "aws:sourceaccount": account or Arn.parse(source).account, **_OF_A_SERVICE}
    return not any(
        _is_otherwise(operator.removesuffix("IfExists"), own.get(key.lower(), ""), [str(x) for x in _listed(patterns)])
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, patterns in keys.items()
    )


def _is_otherwise(operator: str, value: str, patterns: list[str]) -> bool:
    """Return whether a condition is known not to hold for a value; "" stands for one that nobody knows."""
    if not value:
        return False
    holds = any(fnmatchcase(value, each) for each in patterns)
    return holds if operator in _UNLIKE else not holds and operator in (*_LIKE, "Bool")


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, patterns in keys.items():
            if operator in _LIKE and key.lower() in _ABOUT_SOURCE:
                yield key.lower(), [str(each) for each in _listed(patterns)]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value] if value else []
