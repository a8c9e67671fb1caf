"""Everything that can go wrong on purpose, and the exit code of each.

MigrateError                 exit 1    it failed
├── ConfigError              exit 2    usage, or migration.yaml is wrong
├── GateClosed               exit 3    a gate said no: unhealthy, mismatches, traffic still flowing
├── NotAllowed               exit 4    permissions, region, account
├── NoCredentials            exit 4    credentials are missing, expired or unknown: every call would be refused
├── Drifted                  exit 5    AWS is not what the plan saw
│   └── StalePlan            exit 5    a saved plan whose world has moved
├── Locked                   exit 6    another run holds the ledger
├── Inconclusive             exit 7    not enough evidence to say yes or no
├── Interrupted              exit 130  Ctrl-C or SIGTERM, stopped at a clean point
├── LedgerBroken             exit 1    the ledger cannot be trusted
└── AwsError                 exit 1    AWS refused or failed a call
    ├── NotFound                       the thing is not there
    ├── AlreadyThere                   the thing exists, or another operation on it is in progress
    ├── PreconditionFailed             the condition (RevisionId, CodeSha256, ETag) no longer holds
    ├── Throttled                      still throttled after every retry
    └── NoAnswer                       AWS did not answer, or failed itself: what came of the call is open
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from typing import Self


class MigrateError(Exception):
    """An error that a user can act on.

    Args:
        message: What is wrong, one line, lower-case start, no final period, the user's own names in backticks.
        hint: What to do about it, one line.
        topic: What `explain` says more about, by its name, for example ``drift``.

    Attributes:
        console: Address of the page of the AWS console that shows what it is about, or "".
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"
    console: str = ""

    def __init__(self, message: str, *, hint: str = "", topic: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.topic = topic


class ConfigError(MigrateError):
    """The command line or migration.yaml is wrong."""

    exit_code = 2
    code = "configuration"


class GateClosed(MigrateError):
    """A gate said no: something must be true first, and is not.

    Args:
        message: As for :class:`MigrateError`.
        gate: The gate's name, which `explain` has a page of; where the message does not say it, ``topic`` does.
        hint: As for :class:`MigrateError`.
    """

    exit_code = 3
    code = "gate"

    def __init__(self, message: str, *, gate: str, hint: str = "") -> None:
        named = f"{gate}: " in message
        super().__init__(message, hint=hint, topic="" if named else gate)
        self.gate = gate

    @classmethod
    def by(cls, blocker: str, *, message: str = "", hint: str = "") -> Self:
        """Return the refusal that a plan's blocker leads to, ``snap-start: SnapStart restores …``.

        Args:
            blocker: It begins with its gate's name.
            message: What is said in its place.
            hint: As for :class:`MigrateError`.
        """
        return cls(message or blocker, gate=blocker.partition(": ")[0], hint=hint)


class NotAllowed(MigrateError):
    """Permissions, account or region do not allow it."""

    exit_code = 4
    code = "not-allowed"


class NoCredentials(MigrateError):
    """AWS does not know the caller: credentials are missing, expired or unknown. No permission would help.

    It is neither a :class:`NotAllowed` nor an :class:`AwsError`. Where AWS refuses one look, a plan names what is not
    known, and a person may accept that. Without credentials nothing is known: accepting it would be accepting anything.
    So it ends the command, except where something has to go on: a bake, a way back, clean-up.
    """

    exit_code = 4
    code = "not-allowed"


class Drifted(MigrateError):
    """AWS is neither what the plan found nor what it leaves behind: somebody else was here."""

    exit_code = 5
    code = "drift"


class StalePlan(Drifted):
    """The world that a saved plan was made from has moved."""

    code = "stale-plan"


class Locked(MigrateError):
    """Another run holds the ledger."""

    exit_code = 6
    code = "locked"


class Inconclusive(MigrateError):
    """There is not enough evidence to say yes or no."""

    exit_code = 7
    code = "inconclusive"


class Interrupted(MigrateError):
    """Stopped by Ctrl-C or SIGTERM at a clean point."""

    exit_code = 130
    code = "interrupted"


class LedgerBroken(MigrateError):
    """The ledger cannot be trusted: edited, cut in the middle, or written by a newer version."""

    code = "ledger"


class AwsError(MigrateError):
    """AWS refused or failed a call.

    Args:
        message: As for :class:`MigrateError`.
        operation: The call, as ``service:Operation``.
        aws_code: The error code that AWS answered with, for example ``ValidationException``.
        hint: As for :class:`MigrateError`.

    Attributes:
        told: What AWS tells besides, by the names that the error has for it: ``{"lastValidByteReceived": 41}``.
    """

    code = "aws"

    def __init__(self, message: str, *, operation: str = "", aws_code: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.operation = operation
        self.aws_code = aws_code
        self.told: dict[str, object] = {}


class NotFound(AwsError):
    """The thing is not there."""

    code = "not-found"


class AlreadyThere(AwsError):
    """The thing exists already, or another operation on it is in progress; read again to tell which."""

    code = "already-there"


class PreconditionFailed(AwsError):
    """The condition of a conditional write (RevisionId, CodeSha256, ETag) no longer holds."""

    code = "precondition"


class Throttled(AwsError):
    """Still throttled after every retry."""

    code = "throttled"


class NoAnswer(AwsError):
    """AWS did not answer, has trouble of its own, or does not show what it answered: what came of the call is open."""

    code = "no-answer"


EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "it failed",
    2: "usage, or migration.yaml is wrong",
    3: "a gate said no: unhealthy, mismatches, traffic still flowing",
    4: "credentials, permissions, region or account",
    5: "AWS is not what the plan saw, or the plan is stale",
    6: "another run holds the ledger",
    7: "not enough evidence to say yes or no",
    130: "stopped by Ctrl-C or SIGTERM",
}
"""What each exit code means."""
