"""The one place that constructs what a command works with: configuration, session, ledger, console."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from lambda_migrate.errors import ConfigError, NotAllowed

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.ledger import Identity, Ledger
    from lambda_migrate.planner.status import Standing
    from lambda_migrate.render.progress import Progress
    from lambda_migrate.render.terminal import Paint, Terminal


class Options(NamedTuple):
    """What every command takes, flags and environment already weighed."""

    config: Path = Path("migration.yaml")
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    json: bool = False
    debug: bool = False


@dataclass
class Stop:
    """Whether somebody asked to stop.

    Attributes:
        asked: By what, ``Ctrl-C`` or ``SIGTERM``, the latest time; "" while nobody did.
        patient: A command is at work that looks here at its clean points, so that nothing needs to be torn down.
    """

    asked: str = ""
    patient: bool = False

    def __call__(self) -> bool:
        """Return whether to stop at this clean point."""
        return bool(self.asked)

    def __enter__(self) -> Self:
        self.patient = True
        return self

    def __exit__(self, *_: object) -> None:
        self.patient = False


@dataclass(frozen=True)
class Call:
    """One call of the program: where it speaks, and whether it shall stop."""

    terminal: Terminal
    stop: Stop = field(default_factory=Stop)


@dataclass
class Context:
    """What a command works with; each part is made on first use.

    Args:
        options: The shared options.
        call: The call that the command belongs to.
        command: The words that name the command.
    """

    options: Options
    call: Call
    command: list[str] = field(default_factory=list)

    @property
    def terminal(self) -> Terminal:
        """Where the command speaks."""
        return self.call.terminal

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
        from lambda_migrate import config  # noqa: PLC0415  # pydantic is slow to import

        return config.load(self.options.config)

    @cached_property
    def configured(self) -> bool:
        """Whether there is a configuration file."""
        return self.options.config.exists()

    @property
    def folder(self) -> Path:
        """The folder of the configuration; paths in it are relative to this."""
        return self.options.config.parent

    def setting(self, *path: str, default: str = "") -> str:
        """Return one text of the configuration without checking all of it: the check takes longer than all of `status`.

        What is not plainly right goes through the check, which names the mistake.

        Args:
            path: The keys that lead to it.
            default: What it is where the file does not say.

        Raises:
            ConfigError: As for :attr:`migration`.
        """
        value: Any = self._unchecked
        for key in path:
            if isinstance(value, dict) and key not in value and default:
                return default
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            return value
        checked: Any = self.migration
        for key in path:
            checked = getattr(checked, key)
        return str(checked)

    @cached_property
    def _unchecked(self) -> Any:
        import yaml  # noqa: PLC0415  # only commands that read a file need it

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return yaml.load(self.options.config.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            return None

    @property
    def ledger_path(self) -> Path:
        """Where the ledger is."""
        return self.folder / self.setting("ledger", default="ledger.yaml")

    @property
    def service_folder(self) -> Path:
        """Where the service's repository is, or will be."""
        return self.folder / self.setting("service", "directory", default="service")

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, to look at."""
        from lambda_migrate.engine.ledger import Ledger  # noqa: PLC0415  # only commands that read it need it

        return Ledger.read(self.ledger_path)

    @cached_property
    def looking(self) -> Aws:
        """A session that refuses every call that could change something."""
        return self._session(read_only=True)

    @cached_property
    def changing(self) -> Aws:
        """A session that may change AWS; for what the user said yes to."""
        return self._session(read_only=False)

    def _session(self, *, read_only: bool) -> Aws:
        from lambda_migrate.aws.session import Aws  # noqa: PLC0415  # only commands that reach AWS need it

        endpoint = self.options.endpoint_url
        if endpoint and not _is_url(endpoint):
            raise ConfigError(
                f"`{endpoint}` is no endpoint URL", hint="write it like http://127.0.0.1:4566, in `--endpoint-url`"
            )
        region = self.options.region or (self.migration.region if self.configured else None)
        aws = Aws(self.options.profile, region, endpoint, read_only=read_only, sleep=self.progress.sleep, log=self._log)
        if self.configured and self.migration.account and aws.account != self.migration.account:
            raise NotAllowed(
                f"these credentials are of account `{aws.account}`, migration.yaml says `{self.migration.account}`",
                hint="check `--profile` and AWS_PROFILE",
            )
        return aws

    def _log(self, call: str) -> None:
        if self.options.debug:
            self.terminal.say(f"aws: {call}")

    @cached_property
    def identity(self) -> dict[str, str]:
        """Where we are: account and region."""
        return {"account": self.looking.account, "region": self.looking.region_name}

    def heading(self, more: str = "", function: str = "") -> str:
        """Return the line above every plan: function, account and region, and one thing more."""
        from lambda_migrate.render.status import heading  # noqa: PLC0415  # only commands that show a plan need it

        name = function or self.migration.function
        return heading(name, self.identity["account"], self.identity["region"], more, self.paint)

    def require_place(self) -> None:
        """Refuse to look for the function where the ledger says that it is not.

        Raises:
            NotAllowed: The ledger is about another account or region.
        """
        from lambda_migrate.engine.ledger import Identity  # noqa: PLC0415  # only commands that read it need it

        known = self.ledger.identity
        if known:
            self.ledger.check(Identity(**self.identity, function=known.function))

    def pinned(self, function: str) -> Identity:
        """Return what the ledger has to be about.

        Args:
            function: The function's ARN, unqualified.

        Raises:
            NotAllowed: The ledger is about something else.
        """
        from lambda_migrate.engine.ledger import Identity  # noqa: PLC0415  # only commands that read it need it

        identity = Identity(**self.identity, function=function)
        self.ledger.check(identity)
        return identity

    def stand(self, ledger: Ledger | None = None) -> Standing:
        """Return where the migration stands, by a ledger; default: as it is on disk."""
        from lambda_migrate.engine.runs import runs  # noqa: PLC0415  # as above
        from lambda_migrate.planner.status import standing  # noqa: PLC0415  # as above

        found = runs(ledger or self.ledger)
        return standing(found, lifted=self.service_folder.is_dir(), function=self.setting("function"))

    @cached_property
    def progress(self) -> Progress:
        """Tells what is being done and waited for."""
        from lambda_migrate.render.progress import Progress  # noqa: PLC0415  # only commands that wait need it

        return Progress(self.terminal)


def _is_url(text: str) -> bool:
    from urllib.parse import urlsplit  # noqa: PLC0415  # only where an endpoint is named

    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
