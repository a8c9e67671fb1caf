"""Which versions of a function run an image: as long as one does, the image has to stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.function.shift_weight import position
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


def versions(aws: Aws, function: str, digest: str) -> list[str]:
    """Return the versions of a function that run an image, ``$LATEST`` among them; none of a function that is gone.

    What a listing shows is read once more: it may still show a version that was just deleted.

    Args:
        aws: Where to look.
        function: Its name; "" is that of nobody.
        digest: The image's; it is the ``CodeSha256`` of what runs it, in hexadecimal.
    """
    code = digest.partition(":")[2]
    try:
        listed = aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=function) if function else ()
        numbers = [str(each["Version"]) for each in listed if each["CodeSha256"] == code]
    except NotFound:
        return []
    read = {
        number: read_or_none(aws, "lambda", "get_function_configuration", FunctionName=function, Qualifier=number)
        for number in numbers
    }
    return [number for number, shown in read.items() if shown and shown["CodeSha256"] == code]


def aliases(aws: Aws, function: str, digest: str) -> frozenset[str]:
    """Return the names of the aliases of versions that run an image, with all of the traffic or a share."""
    numbers = set(versions(aws, function, digest))
    if not numbers:
        return frozenset()
    return frozenset(
        str(alias["Name"])
        for alias in aws.pages("lambda", "list_aliases", "Aliases", FunctionName=function)
        if numbers & {alias["FunctionVersion"], *position(alias)["weights"]}
    )


def calls_of(function: str) -> tuple[Call, ...]:
    """Return every call that looking may take."""
    if not function:
        return ()
    return (
        *calls("lambda", "ListVersionsByFunction ListAliases", FunctionName=function),
        *calls("lambda", "GetFunctionConfiguration", FunctionName=function, Qualifier="*"),
    )
