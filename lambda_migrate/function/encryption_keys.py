"""What the keys of the account that encrypt a function ask of whoever reads or publishes it.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
https://docs.aws.amazon.com/lambda/latest/dg/encrypt-zip-package.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.function.model import Function

PUBLISHING = frozenset({"proxy", "rotate"})
"""Phases that write variables and publish versions."""


def calls_of(function: Function, phase: str) -> Iterator[Call]:
    """Yield what Lambda calls with a key in the name of the caller.

    Args:
        function: The function.
        phase: What is done with it.
    """
    publishing = phase in PUBLISHING
    if function.kms_key:
        yield from calls("kms", "Decrypt Encrypt CreateGrant" if publishing else "Decrypt", KeyId=function.kms_key)
    if function.source_kms_key:
        yield from calls("kms", "Decrypt GenerateDataKey" if publishing else "Decrypt", KeyId=function.source_kms_key)
