"""Amazon resource names, taken apart once."""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """The parts of an ARN, ``arn:partition:service:region:account:resource`` ("Amazon Resource Names", IAM user guide).

    Attributes:
        partition: ``aws``, ``aws-cn``, ...
        service: ``lambda``, ``sqs``, ...
        region: "" where the service has none (IAM, S3).
        account: Twelve digits; "" where it is left out.
        resource: All the rest: ``orders``, ``function:orders:live``, ``role/service/orders``.
    """

    partition: str = ""
    service: str = ""
    region: str = ""
    account: str = ""
    resource: str = ""

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Take an ARN apart; parts that a text does not have are "", all of them where it is not an ARN."""
        return cls(*text.split(":", 5)[1:]) if text.startswith("arn:") else cls()

    @property
    def name(self) -> str:
        """The resource without its type: ``orders:live`` of a function, ``own:7`` of a layer, ``orders`` of a queue."""
        return self.resource.partition(":")[2] or self.resource

    @property
    def last(self) -> str:
        """The last part of a path: ``orders`` of ``role/service/orders``."""
        return self.resource.rpartition("/")[2]

    @property
    def parent(self) -> Arn:
        """The ARN of what it belongs to: the topic of a subscription, the function of a version or an alias."""
        return self._replace(resource=self.resource.rpartition(":")[0])

    def below(self, kind: str) -> str:
        """Return what follows a type and a slash: ``orders/on-paid`` of a ``rule``; "" where it is of another type."""
        return self.resource.removeprefix(f"{kind}/") if self.resource.startswith(f"{kind}/") else ""

    def __str__(self) -> str:
        return ":".join(("arn", *self))

    def sibling(self, service: str, resource: str) -> Arn:
        """Return the ARN of a resource of another service in the same partition, region and account."""
        return self._replace(service=service, resource=resource)


def function_name(reference: str) -> str:
    """Return a function's name from what names it: the name itself, or its ARN, whole or partial, qualified or not."""
    return reference.rpartition("function:")[2].partition(":")[0]
