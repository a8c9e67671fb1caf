"""Deploys the service: writes, changes, starts, waits until it is healthy, and rolls it back where it never is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.base import Creates
from lambda_migrate.clock import steady
from lambda_migrate.engine.runs import Run, open_run, runs
from lambda_migrate.errors import ConfigError, Drifted, GateClosed, Interrupted, MigrateError, NoCredentials
from lambda_migrate.gates import no_earlier_deployment
from lambda_migrate.regular_file import write_private
from lambda_migrate.render.plan import steps as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.waiting import wait_until
from lambda_migrate.workflow import target
from lambda_migrate.workflow.execution import at_work
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.executor import Executor
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.targets import Deployment, DeploymentPlan, State, TargetKind
    from lambda_migrate.targets.base import Local
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm
    from lambda_migrate.workflow.target import ServiceTarget

PHASE = "service"


@dataclass
class DeploymentWatch:
    """A service where it runs, and what happens to it meanwhile.

    Attributes:
        kind: The target.
        aws: A session.
        deployment: What runs.
        settings: What migration.yaml says of the target.
        tell: Told of every event, in one line.
        pause: Waits so many seconds.
        doing: Told of how it is, in one line, as often as that changes.
        now: The time, in seconds since the epoch.
    """

    kind: TargetKind
    aws: Aws
    deployment: Deployment
    settings: Any
    tell: Callable[[str], None] = field(default=lambda _text: None)
    pause: Callable[[float], None] = time.sleep
    doing: Callable[[str], None] = field(default=lambda _text: None)
    now: Callable[[], float] = steady
    bad: list[str] = field(default_factory=list)
    _since: float = 0.0
    _asked: float = 0.0
    _seen: set[tuple[float, str]] = field(default_factory=set)
    _told: str = ""

    def __post_init__(self) -> None:
        self._since = self._asked = self.now()

    @property
    def poll(self) -> float:
        """Seconds between two looks."""
        return self.kind.poll

    def sleep(self, seconds: float) -> None:
        """Wait, and tell what has happened since; everything that waits for a deployment waits here."""
        self.pause(seconds)
        if self.now() - self._asked >= self.poll:
            self.catch_up()

    def catch_up(self) -> None:
        """Tell what has happened since the last time; a failure to read it does not fail the deployment."""
        self._asked = self.now()
        try:
            events = list(self.kind.events(self.aws, self.deployment, self.settings, self._since))
        except MigrateError:
            return
        for event in events:
            if (event.at, event.text) not in self._seen:
                self._seen.add((event.at, event.text))
                self.tell(event.text)
                self.bad += [event.text] if event.bad else []

    def state(self) -> State:
        """Return how it is now."""
        return self.kind.state(self.aws, self.deployment, self.settings)

    @property
    def why(self) -> str:
        """The first error of the target, which is the cause of the others, as the end of a sentence; or ""."""
        self.catch_up()
        return f"; {self.bad[0]}" if self.bad else ""

    def await_healthy(self, version: str = "") -> State:
        """Wait until it is healthy, as long as the target's `wait` allows.

        Args:
            version: What it has to run; "" where that is not known. A platform that has taken a deployment back by
                itself is healthy, and runs another.

        Raises:
            MigrateError: It is not, and why.
        """
        waited = wait_until(
            partial(self._watched, version),
            lambda state: state.condition in ("healthy", "absent"),
            sleep=self.sleep,
            deadline=self.settings.wait,
            first=self.poll,
            longest=self.poll,
        )
        state: State = waited.last
        if state.condition == "healthy":
            return state
        after = f" after {waited.seconds:.0f} s" if not waited.in_time else ""
        raise MigrateError(f"the service is {state.condition}{after}: {state.text}{self.why}", hint=self.kind.hint)

    def _watched(self, version: str) -> State:
        """Look once; say what has changed, and refuse a service that has come to rest with another version."""
        state: State = self.state()
        at_rest = state.condition in ("healthy", "unhealthy")
        if at_rest and version and state.version and state.version != version:
            raise MigrateError(f"the service runs {state.version}, not {version}{self.why}", hint=self.kind.hint)
        if state.condition not in ("healthy", "absent") and state.text != self._told:
            self.doing(state.text)
            self._told = state.text
        return state


def deploy(plan: Plan, prepared: DeploymentPlan, watched: DeploymentWatch, executor: Executor | None) -> State:
    """Carry out a deployment; one that does not end healthy is rolled back.

    Args:
        plan: What changes in AWS, made from `prepared`; it may be empty.
        prepared: What is written and started on this machine.
        watched: The service.
        executor: Runs the plan; None where it is empty.

    Returns:
        The service, healthy.

    Raises:
        MigrateError: It failed, and what AWS had is there again.
        Interrupted: Somebody stopped it at a clean point; running again carries on.
        Drifted: AWS differs from what the plan saw.
        NoCredentials: They have expired; nothing can be rolled back without, and running again carries on.
    """
    write(prepared)
    try:
        if executor is not None and plan.steps:
            executor.run(plan)
        if prepared.local:
            prepared.local.start()
        state = watched.await_healthy(prepared.summary.get("version", ""))
    except (Interrupted, Drifted, NoCredentials):
        raise
    except MigrateError as error:
        error.message += "" if watched.why in error.message else watched.why
        if prepared.local:
            prepared.local.stop()
        taken = _take_back(executor, error) if executor is not None and plan.steps else 0
        if taken:
            error.hint = f"everything is as it was before ({taken} steps rolled back); {error.hint}"
        raise
    _tidy(prepared, watched.deployment)
    return state


def write(prepared: DeploymentPlan) -> None:
    """Write what has to be on this machine before the first step."""
    for path, content in prepared.files.items():
        write_private(path, content)


def _tidy(prepared: DeploymentPlan, deployment: Deployment) -> None:
    """Remove what was only written to be uploaded: bundles are large, and the next deployment writes its own."""
    for path in prepared.files:
        if path.is_relative_to(deployment.state.absolute()):
            path.unlink(missing_ok=True)


def watched(context: Context, place: ServiceTarget, executor: Executor | None = None) -> DeploymentWatch:
    """Return the service as something that is waited for: whatever waits reports what happens meanwhile.

    Args:
        context: Of the command.
        place: Where the service lives.
        executor: Changes AWS meanwhile; None where nothing does.
    """
    aws, progress = context.aws if executor else context.aws_read_only, context.progress
    watching = DeploymentWatch(
        place.kind, aws, place.deployment, place.settings, progress.event, progress.sleep, progress.note
    )
    if executor:
        executor.sleep = aws.sleep = watching.sleep
    return watching


def go_back(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """Go back to the deployment before the last one.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be undone.

    Raises:
        ConfigError: The target keeps no earlier deployment.
        GateClosed: There is none.
    """
    place = target.place(context, with_function=False)
    if not place.kind.keeps_earlier:
        raise ConfigError(
            f"a service of kind `{place.kind.name}` keeps no earlier deployment",
            hint="deploy the earlier state of its repository; `lambda-migrate service stop` stops a process",
        )
    last = previous(context.ledger)
    text = "\n".join([context.heading("service rollback"), *rendered(last.applied_steps, context.paint)])
    data: dict[str, Any] = {"steps": [step.id for step in last.applied_steps]}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Go back to the deployment before?"))
    with at_work(context, last.plan.function) as executor:
        state = rollback(executor, watched(context, place, executor))
    return Result({**data, "state": state.to_dict()}, f"\nThe service is back: {state.text}.", ("service status",))


def on_this_machine(context: Context) -> tuple[ServiceTarget, Local]:
    """Return where the service lives and how it is stopped, if it runs on this machine; AWS is not asked.

    Raises:
        ConfigError: It does not.
    """
    place = target.place(context, with_function=False)
    planned = place.kind.prepare(context.aws_unasked, place.deployment, place.settings) if place.kind.local else None
    local = planned.local if planned else None
    if local is None:
        raise ConfigError(
            f"the service runs on `{place.kind.name}`, not on this machine",
            hint="`lambda-migrate rollback` rolls back what was deployed",
        )
    return place, local


def rollback(executor: Executor, watched: DeploymentWatch) -> State:
    """Go back to the deployment before the last one, and wait until it is healthy.

    Raises:
        GateClosed: There is none.
        MigrateError: What is back is not healthy.
    """
    last = previous(executor.ledger)
    executor.rollback([last])
    return watched.await_healthy()


def previous(ledger: Ledger) -> Run:
    """Return the deployment that a rollback undoes.

    Raises:
        GateClosed: None stands, or only the first, without which there is no service.
    """
    deployed = [run for run in runs(ledger) if run.phase == PHASE and (run.applied or run.dangling)]
    if not deployed:
        raise GateClosed(
            "no deployment of the service is applied",
            gate=no_earlier_deployment.NAME,
            hint="`lambda-migrate service deploy` makes one",
        )
    if any(_first(step) for step in deployed[-1].applied_steps):
        raise GateClosed(
            "there is no earlier deployment to go back to",
            gate=no_earlier_deployment.NAME,
            hint="`lambda-migrate rollback --last` takes the service away altogether",
        )
    return deployed[-1]


def _first(step: Step) -> bool:
    """Return whether a step made the service, in place of changing it."""
    return isinstance(step.action, Creates) and step.action.creates


def _take_back(executor: Executor | None, error: MigrateError) -> int:
    """Undo the steps of the run that failed; return how many."""
    if executor is None:
        return 0
    run = open_run(executor.ledger) or next(
        (each for each in reversed(runs(executor.ledger)) if each.phase == PHASE), None
    )
    if run is None or run.phase != PHASE or not (run.applied or run.dangling):
        return 0
    try:
        return len(executor.rollback([run]))
    except Interrupted:
        raise
    except MigrateError as again:
        raise MigrateError(
            f"{error.message}; rolling it back failed too: {again.message}",
            hint="`lambda-migrate rollback --last` carries on",
        ) from error
