"""Secrets by reference: read at the moment of use, never kept, logged or shown.

A reference is ``secretsmanager:NAME`` or ``ssm:NAME`` (a SecureString).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, ConfigError, NoAnswer, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_SECRET = {
    "read": "GetSecretValue",
    "write": "PutSecretValue",
    "create": "PutSecretValue CreateSecret",
    "delete": "DeleteSecret",
    "describe": "DescribeSecret",
}
_PARAMETER = {
    "read": "GetParameter",
    "write": "PutParameter",
    "create": "PutParameter",
    "delete": "DeleteParameter",
    "describe": "GetParameter",
}


_LITERAL = re.compile(r"[A-Za-z0-9._~+/=:-]{16,1024}")
"""A value that API Gateway takes for itself: others may name a variable (``$request…``) or break the header."""


def read(aws: Aws, reference: str) -> str:
    """Return the value of a secret.

    Raises:
        ConfigError: It is not a reference to a secret, or the secret holds no text.
        NotFound: There is none, or it is marked for deletion.
        NotAllowed, AwsError: As AWS answers.
    """
    store, name = split(reference)
    if store == "ssm":
        return str(aws.call("ssm", "get_parameter", Name=name, WithDecryption=True)["Parameter"]["Value"])
    try:
        answer = aws.call("secretsmanager", "get_secret_value", SecretId=name)
    except AwsError as error:
        if marked_for_deletion(error):
            raise NotFound(
                f"the secret `{reference}` is scheduled for deletion",
                operation=error.operation,
                aws_code=error.aws_code,
                hint=restore_hint(reference),
            ) from None
        raise
    if "SecretString" not in answer:
        raise ConfigError(f"the secret `{reference}` holds bytes, not text", hint="store it as a string")
    return str(answer["SecretString"])


def literal(aws: Aws, reference: str) -> str:
    """Return the value of a secret that API Gateway can add to requests as a header.

    Raises:
        ConfigError: It cannot stand in a header as it is: API Gateway would take parts of it for something else.
        NotFound, NotAllowed, AwsError: As for :func:`read`.
    """
    value = read(aws, reference)
    if not _LITERAL.fullmatch(value):
        raise ConfigError(
            f"the secret `{reference}` cannot be added to requests as a header",
            hint="give it at least 16 letters, digits and characters of ._~+/=:-",
        )
    return value


def write(aws: Aws, reference: str, value: str) -> None:
    """Make the secret, or give it a new value.

    Raises:
        ConfigError: It is not a reference to a secret.
        NotAllowed, AwsError: As AWS answers, less what it says about the value.
    """
    store, name = split(reference)
    try:
        if store == "ssm":
            aws.call("ssm", "put_parameter", Name=name, Value=value, Type="SecureString", Overwrite=True)
            return
        try:
            aws.call("secretsmanager", "put_secret_value", SecretId=name, SecretString=value)
        except NotFound:
            aws.call("secretsmanager", "create_secret", Name=name, SecretString=value)
    except AwsError as error:
        if marked_for_deletion(error):
            raise AwsError(
                f"the secret `{reference}` is scheduled for deletion",
                operation=error.operation,
                aws_code=error.aws_code,
                hint=restore_hint(reference),
            ) from None
        raise without_values(error) from None


def exists(aws: Aws, reference: str) -> bool:
    """Return whether a secret is there, without reading its value.

    Raises:
        ConfigError: It is not a reference to a secret.
        NotAllowed, AwsError: As AWS answers.
    """
    store, name = split(reference)
    try:
        if store == "ssm":
            aws.call("ssm", "get_parameter", Name=name)
            return True
        return "DeletedDate" not in aws.call("secretsmanager", "describe_secret", SecretId=name)
    except NotFound:
        return False


def scheduled_for_deletion(aws: Aws, reference: str) -> bool:
    """Return whether a secret is there no more, and its name is still taken.

    Raises:
        ConfigError: It is not a reference to a secret.
        NotAllowed, AwsError: As AWS answers.
    """
    store, name = split(reference)
    if store == "ssm":
        return False  # a parameter is gone at once
    try:
        return "DeletedDate" in aws.call("secretsmanager", "describe_secret", SecretId=name)
    except NotFound:
        return False


def calls_of(reference: str, *ways: Literal["read", "write", "create", "delete", "describe"]) -> tuple[Call, ...]:
    """Return the calls that reading, writing or deleting a secret takes.

    Raises:
        ConfigError: It is not a reference to a secret.
    """
    store, name = split(reference)
    if store == "ssm":
        made = [call for way in ways for call in calls("ssm", _PARAMETER[way], Name=name)]
    else:
        made = [call for way in ways for call in calls("secretsmanager", _SECRET[way], SecretId=name)]
    return tuple(made)


def restore_hint(reference: str) -> str:
    """Return what brings a secret back that is scheduled for deletion."""
    return f"`aws secretsmanager restore-secret --secret-id {split(reference)[1]}` brings it back, or name another"


def marked_for_deletion(error: AwsError) -> bool:
    """Return whether AWS refused a call because the secret is scheduled for deletion: that is not "not found" to it."""
    return error.aws_code == "InvalidRequestException" and re.search("delet(ion|ed)", error.message) is not None


def delete(aws: Aws, reference: str) -> None:
    """Delete a secret for good, so that one of the same name can be made again at once.

    Raises:
        ConfigError: It is not a reference to a secret.
        NotAllowed, AwsError: As AWS answers.
    """
    store, name = split(reference)
    if store == "ssm":
        aws.call("ssm", "delete_parameter", Name=name)
    else:
        aws.call("secretsmanager", "delete_secret", SecretId=name, ForceDeleteWithoutRecovery=True)


def split(reference: str) -> tuple[str, str]:
    """Return the store and the name of a reference.

    Raises:
        ConfigError: It is not a valid reference.
    """
    store, _, name = reference.partition(":")
    if store not in ("secretsmanager", "ssm") or not name:
        raise ConfigError(
            f"`{reference}` is not a reference to a secret",
            hint="write it like secretsmanager:orders/keys or ssm:/orders/keys",
        )
    return store, name


def without_values(error: AwsError) -> AwsError:
    """Return an error of AWS without its own words: some of them repeat the values that were sent.

    Lambda, for one, answers "String measured: {…}" with the whole environment where it is too long. Where AWS has not
    answered, the words are ours.
    """
    if isinstance(error, NoAnswer) and not error.aws_code:
        return error
    return type(error)(
        f"{error.operation} failed: {error.aws_code}",
        operation=error.operation,
        aws_code=error.aws_code,
        hint=error.hint or "its own words are left out, because they may repeat secrets",
    )
