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
    """Return whether the policy lets a service send for a source.

    Args:
        attributes: The queue's attributes.
        service: ``s3.amazonaws.com``.
        source: ARN of what sends: a topic, a bucket.
        account: Whose source it is, where its ARN does not say so.
    """
    listed = document(attributes.get("Policy") or "{}", "sqs:GetQueueAttributes", "Policy").get("Statement") or []
    return any(_allows(each, service, source, account) for each in _listed(listed))


def unsuitable(queue: str, attributes: Document) -> str:
    """Return why S3 sends to no queue of this kind, one clause; "" where it does.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html

    Args:
        queue: ARN of the queue.
        attributes: Its attributes.
    """
    if queue.endswith(FIFO):
        return "S3 does not send to FIFO queues"
    if attributes.get("KmsMasterKeyId") == AWS_KEY:
        return "it is encrypted with the key that AWS manages, which S3 may not use"
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


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, patterns in keys.items():
            if operator in _LIKE and key.lower() in _ABOUT_SOURCE:
                yield key.lower(), [str(each) for each in _listed(patterns)]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value] if value else []
