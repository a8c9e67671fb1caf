"""What AWS answers and botocore raises, as errors of ours: one place, so that every command says the same."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate import errors
from lambda_migrate.aws.answers import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER_ERRORS = 500
"""HTTP's statuses from here on are failures of the server: what came of the call is not known."""

UNEXPECTED = "unexpected reply"
"""In place of AWS's code, of a reply that has none."""

_ENVELOPE = frozenset({"Error", "ResponseMetadata"})
"""What botocore has of every error; the rest of a response are members of the error's own shape."""

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)
"""What botocore's parsers raise of answers that are not what they expect."""

_NOT_FOUND = (
    "ResourceNotFound",
    "NotFound",
    "StateMachineDoesNotExist",
    "NoSuch",
    "DoesNotExist",  # of queues, and of SES' rules
    "ParameterNotFound",
    "AWS.SimpleQueueService.NonExistentQueue",
    "404",  # all that S3 says to a HEAD
)
_ALREADY_THERE = ("ResourceConflict", "ConflictException", "AlreadyExists", "EntityAlreadyExists", "ResourceInUse")
_PRECONDITION = ("PreconditionFailed",)
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown")
_BOUNDED = " (where the account asks for a boundary, name it in `permissions_boundary`)"
_DENIED = (
    "AccessDenied",
    "Unauthorized",
    "AuthorizationError",
    "NotAuthorized",
    "403",  # all that S3 says to a HEAD
)
_EXPIRED = ("ExpiredToken", "RequestExpired", "TokenRefreshRequired")
"""Said by STS and the query protocol, by JSON protocols (`ExpiredTokenException`), by EC2, and by S3."""
_UNKNOWN_CREDENTIALS = (
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "MissingAuthenticationToken",
)
_UNKNOWN_WHOLE = frozenset({"AuthFailure", "InvalidToken"})
"""Said by EC2 and S3: codes that are part of others, which are about something else."""
_STILL_EXPIRED = "still expired"
"""In the RuntimeError that botocore raises where what refreshes credentials gives expired ones."""
_FOUND_NONE = frozenset(
    {
        "NoCredentialsError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "MetadataRetrievalError",
        "NoAuthTokenError",
        "RefreshWithMFAUnsupportedError",
    }
)
"""What botocore raises where it finds, or gets, no credentials."""

_ANSWERS = (
    (_THROTTLED, errors.Throttled, "AWS limits the rate of calls; run the same command again in a minute"),
    (_PRECONDITION, errors.PreconditionFailed, "somebody changed it at the same moment; run the command again"),
    (_NOT_FOUND, errors.NotFound, "check the name, `--region` and `--profile`"),
    (_ALREADY_THERE, errors.AlreadyThere, "another operation may be in progress; run the command again"),
)
"""What a code with one of these words in it is to us, and what to do about it; the first that fits."""


class Owner(NamedTuple):
    """Whose credentials a session uses.

    Attributes:
        profile: The profile that was named; "" where none was, or where the environment holds the credentials.
        arn: The caller, where AWS has said before who that is; else "".
    """

    profile: str
    arn: str

    @classmethod
    def of(cls, profile: str | None, arn: str) -> Owner:
        """Return whose they are: keys in the environment come before the profile that it names, as with botocore."""
        named = "" if os.environ.get("AWS_ACCESS_KEY_ID") else os.environ.get("AWS_PROFILE", "")
        return cls(profile or named, arn)

    def expired(self) -> errors.NoCredentials:
        """Return the error that the credentials have expired."""
        whose = f"profile `{self.profile}`" if self.profile else f"`{self.arn}`" if self.arn else ""
        text = f"the credentials of {whose} have expired" if whose else "the AWS credentials have expired"
        return errors.NoCredentials(text, hint=f"{self._sign_in('sign in again')}, then run the same command")

    def unknown(self) -> errors.NoCredentials:
        """Return the error that AWS does not know the credentials: what some services say of expired ones too."""
        hint = f"check `--profile`, AWS_PROFILE and AWS_ACCESS_KEY_ID, or {self._sign_in('sign in')}"
        return errors.NoCredentials("AWS does not know these credentials", hint=hint)

    def _sign_in(self, words: str) -> str:
        return f"{words} (`aws sso login{f' --profile {self.profile}' if self.profile else ''}`) or start a new session"


@dataclass
class Translation:
    """Turns botocore's exceptions into ours.

    Attributes:
        where: What is called: the endpoint, or AWS in a region.
        caller: Returns the ARN of whoever calls.
        owner: Returns whose credentials they are, as far as that is known without asking AWS.
        service: botocore's name of the service.
        operation: What is called, in snake case.
        parameters: What it is called with.
    """

    where: str
    caller: Callable[[], str]
    owner: Callable[[], Owner]
    service: str
    operation: str
    parameters: dict[str, Any]

    def __enter__(self) -> None:
        """Enter the context."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise ours in place of botocore's."""
        if error is None or isinstance(error, errors.MigrateError):
            return
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # boto3 is slow to import
        from botocore.parsers import ResponseParserError  # noqa: PLC0415  # as above

        if isinstance(error, ResponseParserError):
            raise errors.AwsError(
                f"`{self.where}` gave an unexpected reply to {self.service}; is it an AWS endpoint?",
                operation=f"{self.service}:{self.operation}",
                aws_code=UNEXPECTED,
                hint=f"it may not have {self.service}: check `--endpoint-url`, HTTPS_PROXY and the network's sign-in",
            ) from error
        if isinstance(error, ClientError):
            status = (error.response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
            ours = self._of_answer(error.response.get("Error", {}), error.operation_name, status)
            if isinstance(ours, errors.AwsError):
                ours.told = {name: value for name, value in error.response.items() if name not in _ENVELOPE}
            raise ours from error
        if isinstance(error, BotoCoreError):
            raise self._of_client(error) from error
        if isinstance(error, RuntimeError) and _STILL_EXPIRED in str(error):
            raise self.owner().expired() from error
        if isinstance(error, _UNREADABLE):
            raise unreadable(f"{self.service}:{self.operation}", "its parts are not what AWS documents") from error

    @property
    def _subject(self) -> str:
        names = (
            "FunctionName",
            "Name",
            "QueueUrl",
            "TopicArn",
            "ApiId",
            "Rule",
            "SecretId",
            "UUID",
            "Bucket",
            "RoleName",
            "repositoryName",
        )
        return next((f"`{self.parameters[name]}`" for name in names if name in self.parameters), "")

    def _of_answer(self, answer: dict[str, Any], name: str, status: int) -> errors.MigrateError:
        code, text = str(answer.get("Code", "")), _in_one_line(answer.get("Message", "")).rstrip(". ")
        if text.startswith("<"):
            text = f"it answered {code} with a web page"
        call = f"{self.service}:{name}"
        about = f"{call} {self._subject}".rstrip()
        refused = self._refusal(code, call, about, text)
        if refused is not None:
            return refused
        for words, kind, hint in _ANSWERS:
            if any(word in code for word in words):
                return kind(f"{about}: {text or code}", operation=call, aws_code=code, hint=hint)
        failed, hint = errors.AwsError, "nothing more was changed; see `status`"
        if status >= SERVER_ERRORS:
            hint = "AWS has an internal error; run the same command again, it checks what was done and carries on"
            failed = errors.NoAnswer
        return failed(f"{about} failed: {text or code}", operation=call, aws_code=code, hint=hint)

    def _refusal(self, code: str, call: str, about: str, text: str) -> errors.NotAllowed | errors.NoCredentials | None:
        """Return what a code says about who asks; None where it is about something else."""
        if any(word in code for word in _EXPIRED):
            return self.owner().expired()
        if code in _UNKNOWN_WHOLE or any(word in code for word in _UNKNOWN_CREDENTIALS):
            return self.owner().unknown()
        if any(word in code for word in _DENIED):
            return errors.NotAllowed(
                f"{about} is not allowed for {self._caller()}: {text}",
                hint=f"allow `{call}`{_BOUNDED if call == 'iam:CreateRole' else ''}, then run the same command",
            )
        return None

    def _caller(self) -> str:
        if self.service == "sts":
            return "this caller"
        try:
            return f"`{self.caller()}`"
        except errors.MigrateError:
            return "this caller"

    def _of_client(self, error: Any) -> errors.MigrateError:
        from botocore.exceptions import ConnectionError as Unreachable  # noqa: PLC0415  # boto3 is slow to import
        from botocore.exceptions import HTTPClientError  # noqa: PLC0415  # as above

        name = type(error).__name__
        if name in _FOUND_NONE:
            return errors.NoCredentials(
                "no AWS credentials were found", hint="set AWS_PROFILE or pass `--profile`, or run `aws configure sso`"
            )
        if "SSO" in name or "Token" in name or name.startswith("Login"):
            return self.owner().expired()
        if name in ("ReadTimeoutError", "ConnectionClosedError"):
            return errors.NoAnswer(
                f"`{self.where}` does not answer {self.service}:{self.operation}",
                hint="check the network; run the same command again, it checks what was done and carries on",
            )
        if name == "SSLError":
            return errors.AwsError(
                f"`{self.where}` does not prove who it is: {_in_one_line(error)}",
                hint="check AWS_CA_BUNDLE, this machine's clock, and what stands between here and AWS",
            )
        if isinstance(error, (HTTPClientError, Unreachable)):
            return errors.NoAnswer(
                f"`{self.where}` cannot be reached for {self.service}",
                hint="check the network, `--region` and `--endpoint-url`",
            )
        return errors.AwsError(
            f"{self.service}:{self.operation} failed: {_in_one_line(error)}",
            operation=f"{self.service}:{self.operation}",
            aws_code=name,
            hint="see `status`, then run the same command again",
        )


def _in_one_line(text: object) -> str:
    return " ".join(str(text).split())
