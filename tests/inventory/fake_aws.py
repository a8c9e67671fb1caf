"""An AWS of recorded answers, for what the embedded AWS does not have."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


@dataclass
class FakeAws:
    """Answers every call with what was recorded for it: an answer, an error, or a function of the parameters.

    What nothing was recorded for does not exist; listings of it are empty.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    region_name: str = "eu-west-1"
    at_once: int = 1
    now: Callable[[], float] = time.time
    looked: Callable[[str, int, int], None] = lambda _what, _done, _total: None

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        name = f"{service}:{operation}"
        self.calls.append(name)
        answer = self.answers.get(name, NotFound(f"{name}: not there"))
        if callable(answer):
            answer = answer(**{key: value for key, value in parameters.items() if value is not None})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        if f"{service}:{operation}" not in self.answers:
            self.calls.append(f"{service}:{operation}")
            return
        yield from self.call(service, operation, **parameters)[key]


def configuration(**changed: Any) -> dict[str, Any]:
    """Return the configuration of a small function, as AWS describes it."""
    return {
        "FunctionName": "orders",
        "FunctionArn": FUNCTION,
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::123456789012:role/orders",
        "Handler": "app.handler",
        "CodeSize": 1000,
        "Timeout": 30,
        "MemorySize": 256,
        "LastModified": "2026-01-02T03:04:05.000+0000",
        "CodeSha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "Environment": {"Variables": {"TABLE": "orders", "PASSWORD": "hunter2"}},
        **changed,
    }


def statement(sid: str, principal: Any, source: str = "", **conditions: Any) -> dict[str, Any]:
    """Return a statement of a resource policy, as AWS writes it."""
    condition = {**({"ArnLike": {"AWS:SourceArn": source}} if source else {}), **conditions}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal} if isinstance(principal, str) and "." in principal else principal,
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        **({"Condition": condition} if condition else {}),
    }
