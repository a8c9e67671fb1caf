"""The one place that constructs what a command works with: configuration, session, ledger, console."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from lambda_migrate.aws.arn import function_name
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, MigrateError, NotAllowed, NotFound
from lambda_migrate.planner.status import MigrationStatus, status_of
from lambda_migrate.regular_file import OURS, write_private
from lambda_migrate.render.status import heading
from lambda_migrate.workflow.call import DEFAULT
from lambda_migrate.workflow.outline import Outline

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.analyzer import Analysis
    from lambda_migrate.aws.rehearsal import Rehearsal
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.clock import Clock
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client
    from lambda_migrate.render.progress import Progress
    from lambda_migrate.render.terminal import Paint, Terminal
    from lambda_migrate.workflow.call import Call, GlobalOptions


MINUTE = 60.0

Session = TypeVar("Session", bound="Aws")
"""A kind of session."""


@dataclass
class Context:
    """What a command works with; each part is made on first use.

    Args:
        options: The shared options.
        call: The call that the command belongs to.
        command: The words that name the command.

    Attributes:
        analyses: What the analyzer has found, by folder and handler: every gate of a command asks the same.
    """

    options: GlobalOptions
    call: Call
    command: list[str] = field(default_factory=list)
    analyses: dict[tuple[Path, str | None], Analysis] = field(default_factory=dict, init=False, repr=False)
    _told: set[str] = field(default_factory=set, init=False, repr=False)

    def say_once(self, line: str) -> None:
        """Write a line to standard error, unless this command has written it before."""
        if line not in self._told:
            self._told.add(line)
            self.terminal.say(line)

    @property
    def terminal(self) -> Terminal:
        """Where the command speaks."""
        return self.call.terminal

    @property
    def clock(self) -> Clock:
        """What tells the time, and what waits."""
        return self.call.clock

    @cached_property
    def paint(self) -> Paint:
        """How standard output is coloured, and how wide it is."""
        return self.terminal.paint()

    @cached_property
    def migration(self) -> Migration:
        """The configuration.

        Raises:
            ConfigError: It is missing or wrong.
        """
        from lambda_migrate import config  # noqa: PLC0415  # it owns pydantic, which `status` does without

        return config.load(self.options.config)

    @cached_property
    def configured(self) -> bool:
        """Whether there is a configuration file."""
        return self.options.config.exists()

    @property
    def folder(self) -> Path:
        """The folder of the configuration; paths in it are relative to this."""
        return self.options.config.parent

    @cached_property
    def outline(self) -> Outline:
        """Whom the migration is about, and where its files are; quick, and without the rest of the configuration.

        Raises:
            ConfigError: As for :attr:`migration`.
        """
        return Outline.read(self.options.config) or Outline.of(self.migration)

    @property
    def ledger_path(self) -> Path:
        """Where the ledger is: what migration.yaml says, else one of its own beside each configuration."""
        if self.outline.ledger:
            return self.folder / self.outline.ledger
        shared = self.folder / "ledger.yaml"
        if self.options.config.name == DEFAULT.name or self._is_ours(shared):
            return shared
        return self.options.config.with_suffix(f".{shared.name}")

    def _is_ours(self, ledger: Path) -> bool:
        """Return whether a ledger is about this function, as one is that was begun when all shared one name."""
        if not ledger.exists():
            return False
        identity = Ledger.read(ledger).identity
        return identity is not None and function_name(identity.function) == function_name(self.outline.function)

    @property
    def service_folder(self) -> Path:
        """Where the service's repository is, or will be."""
        return self.folder / self.outline.directory

    @property
    def healthy_mark(self) -> Path:
        """The file that says that the service was seen healthy from this machine; `status` asks nobody."""
        return self.folder / OURS / f"{self.options.config.stem}.healthy"

    def service_was_healthy(self) -> None:
        """Keep that the service was seen healthy; where it cannot be kept, `status` says less and nothing is wrong."""
        with suppress(OSError):
            write_private(self.healthy_mark, f"{self.migration.service.url}\n".encode())

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, to look at."""
        return Ledger.read(self.ledger_path)

    @cached_property
    def aws_read_only(self) -> Aws:
        """A session that refuses every call that could change something."""
        from lambda_migrate.aws.session import Aws  # noqa: PLC0415  # it owns boto3, which `status` does without

        return self._session(Aws, read_only=True)

    @cached_property
    def aws_unasked(self) -> Aws:
        """A session for work without calls to AWS, as for a service on this machine: the account is not checked."""
        from lambda_migrate.aws.session import Aws  # noqa: PLC0415  # as above

        return self._made(Aws, read_only=True)

    @cached_property
    def aws(self) -> Aws:
        """A session that may change AWS; for what the user said yes to."""
        from lambda_migrate.aws.session import Aws  # noqa: PLC0415  # as above

        return self._session(Aws, read_only=False)

    def rehearsal(self) -> Rehearsal:
        """Return a session in which a change goes as far as its first write."""
        from lambda_migrate.aws.rehearsal import Rehearsal  # noqa: PLC0415  # `status` needs no session

        return self._session(Rehearsal, read_only=True)

    def _session(self, kind: type[Session], *, read_only: bool) -> Session:
        aws = self._made(kind, read_only=read_only)
        if self.configured and not self.options.endpoint_url:
            self._require_metrics()
        if self.configured and self.migration.account and aws.account != self.migration.account:
            raise NotAllowed(
                f"these credentials belong to account `{aws.account}`, migration.yaml says `{self.migration.account}`",
                hint="check `--profile` and AWS_PROFILE",
            )
        return aws

    def _made(self, kind: type[Session], *, read_only: bool) -> Session:
        endpoint = self.options.endpoint_url
        if endpoint and not _is_url(endpoint):
            raise ConfigError(
                f"`{endpoint}` is not a valid endpoint URL",
                hint="write it like http://127.0.0.1:4566, in `--endpoint-url`",
            )
        region = self.options.region or (self.migration.region if self.configured else None)
        return kind(
            self.options.profile,
            region,
            endpoint,
            read_only=read_only,
            sleep=self.progress.sleep,
            now=self.clock.now,
            log=self._log,
            looked=self.progress.counted,
        )

    def _require_metrics(self) -> None:
        """Refuse a period that AWS has no metrics for: Lambda and the sources of requests count by the minute."""
        period = self.migration.verify.metric_period
        if period < MINUTE:
            raise ConfigError(
                f"verify.metric_period: Lambda's metrics have one value a minute, not one in {period:g} s",
                hint="write 60s or whole minutes; for the sandbox, export what `lambda-migrate sandbox status` prints",
            )

    def service_client(self) -> Client:
        """Return a client for the service, which heeds no proxy of the environment."""
        from lambda_migrate.verify import health  # noqa: PLC0415  # `status` asks no service, and has to be quick

        return health.client()

    def _log(self, call: str) -> None:
        if self.options.debug or self.options.verbose:
            self.terminal.say(f"aws: {call}")

    @cached_property
    def identity(self) -> dict[str, str]:
        """Where we are: account and region."""
        return {"account": self.aws_read_only.account, "region": self.aws_read_only.region_name}

    def heading(self, more: str = "", function: str = "") -> str:
        """Return the line above every plan: function, account and region, and one thing more."""
        name = function or self.migration.function
        return heading(name, self.identity["account"], self.identity["region"], more, self.paint)

    def require_ledger_place(self) -> None:
        """Refuse to look for the function where the ledger says that it is not.

        Raises:
            NotAllowed: The ledger is about another account or region.
        """
        known = self.ledger.identity
        if known:
            self.ledger.check(Identity(**self.identity, function=known.function))

    def require_ledger_identity(self, function: str) -> Identity:
        """Return what the ledger has to be about.

        Args:
            function: The function's ARN, unqualified.

        Raises:
            NotAllowed: The ledger is about something else.
        """
        identity = Identity(**self.identity, function=function)
        self.ledger.check(identity)
        return identity

    def status(self, ledger: Ledger | None = None) -> MigrationStatus:
        """Return where the migration is, by a ledger; default: as it is on disk."""
        ledger = ledger or self.ledger
        armed = armed_schedule(ledger)
        return status_of(
            runs(ledger),
            lifted=self.service_folder.is_dir(),
            function=self.outline.function,
            guard=armed.summary(self.clock.now()) if armed else "",
            healthy=self.healthy_mark.is_file(),
        )

    def told_of_the_end(self, error: NotFound) -> NotFound:
        """Return what to say where something is missing: if it is the function, and we have deleted it, that.

        Args:
            error: What is missing.
        """
        with suppress(MigrateError):
            name = function_name(self.outline.function) if self.configured else ""
            if name and error.message.startswith(f"function `{name}` does not exist") and (at := self.status().ended):
                hint = "the migration is over; `lambda-migrate report` makes the page for the change ticket"
                return NotFound(f"`{name}` was deleted by the run of {at}", hint=hint)
        return error

    @cached_property
    def progress(self) -> Progress:
        """Tells what is being done and waited for."""
        from lambda_migrate.render.keys import Keys  # noqa: PLC0415  # as below
        from lambda_migrate.render.progress import Progress  # noqa: PLC0415  # what draws; `status` has to be quick

        return Progress(self.terminal, pause=self.clock.sleep, keys=Keys(self.terminal))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
