"""Looks at everything that a migration needs, and says what is missing and what to do; changes nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

from lambda_migrate import freeze, inventory
from lambda_migrate.engine.ledger import Identity
from lambda_migrate.engine.runs import open_run, runs
from lambda_migrate.errors import MigrateError, NoCredentials, NotAllowed, NotFound
from lambda_migrate.planner import blockers, destination
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.verify import telemetry
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.health import remedy
from lambda_migrate.workflow import aws_status, function_checks, secret_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.clock import Clock
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.lock import Holder
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.verify.surroundings import Health
    from lambda_migrate.workflow.ownership import Ownership

ADDED_BYTES = 600
"""What the proxy's settings add to the function's environment, about."""

CREDENTIALS, RECORDED = "credentials", "ledger and AWS"

_Value = TypeVar("_Value")


class Environment(Protocol):
    """What is examined; each part is made on first use and may raise."""

    @property
    def migration(self) -> Migration:
        """The configuration."""

    @property
    def aws_read_only(self) -> Aws:
        """A session that only looks."""

    @property
    def ledger(self) -> Ledger:
        """The ledger, to look at."""

    @property
    def service_folder(self) -> Path:
        """Where the service's repository is, or will be."""

    @property
    def clock(self) -> Clock:
        """What tells the time."""


def examine(
    environment: Environment,
    health: Callable[[Migration], Health],
    holder: Callable[[], Holder | None],
    code: Callable[[Function], list[Blocker] | None],
    recorded: Callable[[], MigrateError | None],
    permissions: Callable[[], Iterator[Check]],
    instances: Callable[[], Iterator[Check]],
    owners: Callable[[Inventory], Ownership],
) -> Iterator[Check]:
    """Yield every check, in the order in which things have to be right.

    Args:
        environment: What is examined.
        health: Asks the service once how it is.
        holder: Says who holds the ledger.
        code: Returns what stands against the code that the service runs; None if there is none to read yet.
        recorded: Returns the error that AWS shows more of the migration than the ledger has, or None.
        permissions: Asks IAM whether the caller may do what comes next.
        instances: Asks how many instances stand behind the service.
        owners: Says who owns the function, its alias and its triggers.

    Raises:
        NoCredentials: AWS does not know who asks; raised at the end, when what needs no AWS has been looked at.
    """
    config = _attempt("configuration", lambda: environment.migration)
    yield config if isinstance(config, Check) else Check("configuration", "pass", f"function `{config.function}`")
    known = config.detail if isinstance(config, Check) else ""
    yield from (check for check in _ledger(environment, holder) if check.detail != known)
    if isinstance(config, Check):
        return
    lost = None
    try:
        yield from _with_aws(environment, config, code, recorded, permissions, owners)
    except NoCredentials as error:  # one check says it: every other look would only say the same
        lost = error
        yield without(error)
    yield _service(config, health)
    yield from instances()
    yield from (Check("encryption", "warn", text) for text in destination.warnings(config))
    if lost:
        raise lost


def without(error: NoCredentials) -> Check:
    """Return the check that AWS does not know who asks."""
    return Check(CREDENTIALS, "fail", error.message, error.hint)


def _with_aws(
    environment: Environment,
    config: Migration,
    code: Callable[[Function], list[Blocker] | None],
    recorded: Callable[[], MigrateError | None],
    permissions: Callable[[], Iterator[Check]],
    owners: Callable[[Inventory], Ownership],
) -> Iterator[Check]:
    """Yield the checks that ask AWS."""
    aws = _attempt(CREDENTIALS, lambda: _credentials(environment.aws_read_only))
    if isinstance(aws, Check):
        yield aws
        return
    yield Check(CREDENTIALS, "pass", f"{aws.identity['Arn']} in {aws.region_name}")
    yield from _function(environment, aws, config, code, owners)
    yield from _in_aws(environment, aws, config)
    yield from _recorded(environment, recorded)
    yield secret_checks.of_signing_keys(aws, config)
    yield from secret_checks.of_api_key(aws, config)
    yield from secret_checks.of_variables(aws, config, environment.service_folder)
    yield from _metrics(aws, config)
    yield from permissions()


def _attempt(name: str, look: Callable[[], _Value]) -> _Value | Check:
    try:
        return look()
    except NoCredentials:
        raise
    except MigrateError as error:
        return Check(name, "fail", error.message, error.hint)


def _credentials(aws: Aws) -> Aws:
    """Return the session once AWS has said who we are, and a region is known."""
    aws.client("lambda")
    _ = aws.identity
    return aws


def _ledger(environment: Environment, holder: Callable[[], Holder | None]) -> Iterator[Check]:
    try:
        ledger = environment.ledger
        records, run, held = ledger.projection.count, open_run(ledger), holder()
    except MigrateError as error:
        yield Check("ledger", "fail", error.message, error.hint)
        return
    if run and run.under_way:
        detail = f"`{run.phase}` of {run.at} is not finished"
        yield Check("ledger", "warn", detail, "`lambda-migrate status` says how to go on or back")
    else:
        detail = f"{records} records, each follows from the one before" if records else "nothing has been done yet"
        yield Check("ledger", "pass", detail)
    if held:
        yield Check("lock", "warn", f"held by {held}", held.advice)


def _function(
    environment: Environment,
    aws: Aws,
    config: Migration,
    code: Callable[[Function], list[Blocker] | None],
    owners: Callable[[Inventory], Ownership],
) -> Iterator[Check]:
    elsewhere = _elsewhere(environment.ledger, aws)
    if elsewhere:
        yield elsewhere
        return
    taken = _attempt("function", lambda: inventory.take(aws, config.function, alias=config.alias))
    if isinstance(taken, Check):
        retired = _retired(environment.ledger)
        yield Check("function", "skip", f"deleted by the run of {retired}") if retired else taken
        return
    function = taken.function
    detail = (
        f"`{function.name}`: {function.runtime or function.package_type}, {function.memory} MB, {function.timeout} s"
    )
    yield Check("function", "pass", detail)
    yield _attempt("account", lambda: _pinned(environment.ledger, aws, function.arn))
    yield function_checks.of_updates(aws, function)
    yield _attempt("code freeze", lambda: _freeze(environment.ledger, aws, config))
    builder = PlanBuilder("proxy", taken, config)
    yield from function_checks.of_gates(
        "package", blockers.of_function(taken, ADDED_BYTES, signs=bool(config.proxy.signer_bucket)), builder
    )
    yield from function_checks.of_versions(taken)
    yield from function_checks.of_triggers(taken, builder)
    yield from function_checks.of_owners(owners(taken))
    yield from function_checks.of_code(code(function))
    yield from (Check("surroundings", "warn", warning) for warning in taken.warnings)


def _in_aws(environment: Environment, aws: Aws, config: Migration) -> Iterator[Check]:
    try:
        ledger = environment.ledger
    except MigrateError:
        return  # the check of the ledger has told it
    yield from aws_status.checks(aws, config.function, ledger, environment.clock.now())


def _recorded(environment: Environment, recorded: Callable[[], MigrateError | None]) -> Iterator[Check]:
    """Yield whether the ledger holds what AWS shows of the migration."""
    try:
        known = environment.ledger.identity
    except MigrateError:
        return  # the check of the ledger has told it
    error = recorded()
    if isinstance(error, NoCredentials):
        raise error
    if error:
        yield Check(RECORDED, "fail", error.message, error.hint)
    elif known:
        yield Check(RECORDED, "pass", "the ledger holds every record that AWS knows of")


def _retired(ledger: Ledger) -> str:
    """Return when the run was begun that deleted the function, or ""; a broken ledger has been told already."""
    with suppress(MigrateError):
        return next((run.at for run in runs(ledger) if run.phase == "retire" and run.closed == "finished"), "")
    return ""


def _elsewhere(ledger: Ledger, aws: Aws) -> Check | None:
    """Return what is wrong where the ledger is about another account or region: there is no use in looking here."""
    try:
        _pinned(ledger, aws, "")
    except NotAllowed as error:
        return Check("account", "fail", error.message, error.hint)
    except NoCredentials:
        raise
    except MigrateError:
        return None  # the check of the ledger has told it
    return None


def _pinned(ledger: Ledger, aws: Aws, function: str) -> Check:
    known = ledger.identity
    if known:
        ledger.check(Identity(aws.account, aws.region_name, function or known.function))
    return Check("account", "pass", f"{aws.account} / {aws.region_name}" + (", as the ledger says" if known else ""))


def _freeze(ledger: Ledger, aws: Aws, config: Migration) -> Check:
    if freeze.frozen(ledger) is None:
        return Check("code freeze", "skip", "no code freeze announced; run `freeze`")
    change = freeze.check(aws, ledger, config.function)
    if change is None:
        return Check("code freeze", "pass", "the function is unchanged since it began")
    if change.harmless:
        return Check("code freeze", "pass", str(change))
    return Check("code freeze", "fail", str(change), change.error().hint)


def _metrics(aws: Aws, config: Migration) -> Iterator[Check]:
    """Say before the first canary whether what the proxy writes will become metrics: verdicts are made of them."""
    try:
        problems = list(telemetry.logging_problems(aws, config.function))
    except NotFound:
        return  # which has been told, or it is retired
    except NoCredentials:
        raise
    except MigrateError as error:
        yield Check("metrics", "fail", error.message, error.hint)
        return
    for each in problems:
        yield Check("metrics", "fail" if each.certain else "warn", each.text, each.hint)
    if not problems:
        yield Check("metrics", "pass", "role, log group and log level let the proxy's metrics arrive")


def _service(config: Migration, health: Callable[[Migration], Health]) -> Check:
    if not config.service.url:
        return Check("service", "fail", "its URL is not set", _where(config))
    answer = health(config)
    if answer.problem:
        return Check("service", "fail", answer.problem, remedy(config, answer))
    return Check("service", "pass", f"{config.service.url} is healthy ({answer.seconds * 1000:.0f} ms)")


def _where(config: Migration) -> str:
    """Return what makes the service's URL known."""
    if config.service.target.kind == "url":
        return "deploy the service, then write its address as `service.url` in migration.yaml"
    return "`lambda-migrate service deploy` says where it answers; write that as `service.url` in migration.yaml"
