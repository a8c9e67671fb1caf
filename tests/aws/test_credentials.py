"""What AWS's protocols and botocore say of credentials that are missing, expired or unknown, in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError

from lambda_migrate.aws.errors import Owner, Translation
from lambda_migrate.errors import MigrateError, NoCredentials, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY = Owner("", "")
EXPIRED = (
    "the AWS credentials have expired",
    "sign in again (`aws sso login`) or start a new session, then run the same command",
)
UNKNOWN = (
    "AWS does not know these credentials",
    "check `--profile`, AWS_PROFILE and AWS_ACCESS_KEY_ID, or sign in (`aws sso login`) or start a new session",
)
NONE = ("no AWS credentials were found", "set AWS_PROFILE or pass `--profile`, or run `aws configure sso`")


def translated(error: Exception, owner: Owner = NOBODY) -> MigrateError:
    """Return what becomes of an error that a call raised."""
    with pytest.raises(MigrateError) as caught, Translation("AWS", lambda: "arn:who", lambda: owner, "ec2", "go", {}):
        raise error
    return caught.value


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Go")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", EXPIRED),
        ("ExpiredTokenException", EXPIRED),
        ("RequestExpired", EXPIRED),
        ("TokenRefreshRequired", EXPIRED),
        ("UnrecognizedClientException", UNKNOWN),
        ("InvalidClientTokenId", UNKNOWN),
        ("InvalidSignatureException", UNKNOWN),
        ("InvalidAccessKeyId", UNKNOWN),
        ("InvalidToken", UNKNOWN),
        ("AuthFailure", UNKNOWN),
    ],
)
def test_each_protocol_has_its_own_code(code: str, told: tuple[str, str]) -> None:
    error = translated(answered(code))

    assert (type(error), error.exit_code, error.message, error.hint) == (NoCredentials, 4, *told)


@pytest.mark.parametrize(
    "code", ["InvalidNextToken", "AuthFailure.ServiceLinkedRoleCreationPermission", "InvalidTokenKind"]
)
def test_codes_that_hold_the_same_words_are_about_something_else(code: str) -> None:
    assert not isinstance(translated(answered(code)), NoCredentials)


def test_a_permission_that_is_missing_is_something_else() -> None:
    assert type(translated(answered("AccessDeniedException"))) is NotAllowed


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (exceptions.NoCredentialsError, NONE),
        (lambda: exceptions.CredentialRetrievalError(provider="custom-process", error_msg="no"), NONE),
        (exceptions.UnauthorizedSSOTokenError, EXPIRED),
        (lambda: exceptions.TokenRetrievalError(provider="sso", error_msg="expired"), EXPIRED),
        (lambda: RuntimeError("Credentials were refreshed, but the refreshed credentials are still expired."), EXPIRED),
    ],
    ids=["none", "process", "sso", "token", "refreshed"],
)
def test_botocore_says_it_before_anything_is_sent(make: Callable[[], Any], told: tuple[str, str]) -> None:
    error = translated(make())

    assert (type(error), error.message, error.hint) == (NoCredentials, *told)


def test_another_runtime_error_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="a defect"), Translation("AWS", str, lambda: NOBODY, "ec2", "go", {}):
        raise RuntimeError("a defect")


def test_whose_they_are_is_told_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "lab")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    of_the_profile = translated(answered("ExpiredToken"), Owner.of(None, "arn:who"))
    named = translated(answered("ExpiredToken"), Owner.of("production", "arn:who"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")  # which comes before the profile that the environment names
    of_the_role = translated(answered("ExpiredToken"), Owner.of(None, "arn:aws:sts::1:assumed-role/deploy/anna"))

    assert (of_the_profile.message, of_the_profile.hint) == (
        "the credentials of profile `lab` have expired",
        "sign in again (`aws sso login --profile lab`) or start a new session, then run the same command",
    )
    assert named.message == "the credentials of profile `production` have expired"
    assert of_the_role.message == "the credentials of `arn:aws:sts::1:assumed-role/deploy/anna` have expired"
