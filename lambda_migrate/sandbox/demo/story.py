"""The demo: the sample function leaves Lambda in four steps, under live traffic, on the embedded AWS."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import yaml

from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import NotFound
from lambda_migrate.proxy.runtime.settings import ProxySettings
from lambda_migrate.sandbox import package
from lambda_migrate.sandbox.demo.loaded import loaded
from lambda_migrate.sandbox.demo.narrator import INDENT, Narrator
from lambda_migrate.sandbox.demo.outcome import StoryOutcome
from lambda_migrate.sandbox.demo.pace import Pace
from lambda_migrate.sandbox.demo.service_door import door_of
from lambda_migrate.sandbox.demo.traffic import DemoTraffic
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.environment import exported
from lambda_migrate.sandbox.sample import SOURCE, deploy
from lambda_migrate.sandbox.unkindness import KIND, Unkindness
from lambda_migrate.targets import Deployment, process

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from lambda_migrate.sandbox.demo.service_door import ServiceDoor
    from lambda_migrate.sandbox.demo.traffic import Summary
    from lambda_migrate.sandbox.sample import SampleDeployment

WEIGHTS = "--weights 25,100"

BAKE, LONG_BAKE = "--bake 3s", "--bake 6s"
"""Short bakes: the sandbox has metrics to the second, where AWS has them to the minute.

The longer one is for an unkind sandbox, where half of a bake may pass until a change shows.
"""

FUNCTION_TIMEOUT, QUIET = 12, 5
"""Seconds that an invocation may take, and that the function must be quiet for before it may go.

What began within its timeout may still run, so the story waits for that long once the last trigger has left.
"""

PATIENT = {"minimum_invocations": 3, "metric_period": "1s", "arrival": "30s", "slow": "10s", "minimum_slowdown": "5s"}
"""How the demo judges: by little traffic, and on machines that may be busy, so that time says little."""

BUSY = [
    {"rule": gate, "reason": "the functions are quick; this machine may be busy"}
    for gate in ("sns-too-slow", "eventbridge-too-slow")
]
"""What the demo accepts for the same reason."""

CHAPTERS = ("look", "1 lift", "2 events", "3 requests", "4 wrap up")


@dataclass
class Demo:
    """The story and its stage.

    Args:
        directory: An empty directory: the user's working directory, and the embedded AWS's files.
        tell: Writes one line.
        emphasise: Sets text off, where the terminal can.
        columns: Cells of a line.
        unkindness: How unkind the AWS is.
        show: Shows how the traffic is on a line that moves, as for :class:`Pace`.
        coloured: Whether the commands write in colour.
    """

    directory: Path
    tell: Callable[[str], None]
    emphasise: Callable[[str], str] = field(default=lambda text: text)
    columns: int = 120
    unkindness: Unkindness = KIND
    show: Callable[[str, str], None] | None = None
    coloured: bool = False

    def run(self) -> StoryOutcome:
        """Tell the whole story.

        Raises:
            MigrateError: A command did not end as it should.
        """
        began = time.monotonic()
        self._introduce()
        with ThreadPoolExecutor(1) as beside:
            summary, retired = self._staged(beside.submit(package.build, SOURCE))
        return StoryOutcome(summary, retired, time.monotonic() - began)

    def _staged(self, archive: Future[bytes]) -> tuple[Summary, bool]:
        """Set the stage, tell the story on it, and return the account of the traffic and whether the function is gone.

        Args:
            archive: The function's zip, which is being built.
        """
        balanced = bool(self.unkindness.load_balancer)  # by one of ours: the story says when it has a target
        with (
            Pace(self.tell, show=self.show) as pace,
            loaded(os.environ) as program,
            EmbeddedAws.start(self.directory / "aws", replace(self.unkindness, load_balancer=0)) as embedded,
            exported(embedded.environment),
            door_of(process.free_port(), balanced=balanced) as door,
        ):
            aws = Aws(region=embedded.region, endpoint_url=embedded.endpoint_url)
            work = self.directory / "work"
            work.mkdir(parents=True, exist_ok=True)
            environment = {**embedded.environment, "COLUMNS": str(self.columns - len(INDENT))}
            environment |= {"FORCE_COLOR": "1"} if self.coloured else {}
            narrator = Narrator(work, environment, pace.tell, self.emphasise, program)
            narrator.remark(f"an AWS on this machine: {embedded.endpoint_url}; no account is touched")
            for line in replace(self.unkindness, load_balancer=door.port if balanced else 0).lines():
                narrator.remark(f"unkind: {line}")
            deployment = deploy(aws, archive=archive.result(), timeout=FUNCTION_TIMEOUT)
            story = Story(narrator, aws, deployment, door, self.unkindness, pace)
            try:
                with DemoTraffic(aws, deployment) as traffic:
                    pace.traffic = partial(_running, traffic)
                    story.tell(traffic)
                narrator.remark("the traffic has stopped; every id is looked up in the application's own notes")
                return traffic.summary(), story.retired()
            finally:
                story.stop_service()

    def _introduce(self) -> None:
        """Tell what is going to happen, before anything takes time."""
        self.tell(self.emphasise("lambda-migrate demo: a FastAPI function leaves AWS Lambda, under traffic"))
        self.tell("# function `orders`: FastAPI, called by an HTTP API, SNS, EventBridge and SQS")
        self.tell(f"# {' · '.join(CHAPTERS)}: about a minute and a half")


def _running(traffic: DemoTraffic) -> str:
    """Return how the traffic is, in one line."""
    counts = traffic.counts
    return f"traffic: {counts['requests']} requests, {counts['failed']} failed; {counts['events']} events sent"


@dataclass
class Story:
    """The commands, in order, and what a user does between them."""

    narrator: Narrator
    aws: Aws
    deployment: SampleDeployment
    door: ServiceDoor
    unkindness: Unkindness
    pace: Pace

    def chapter(self, number: int, text: str) -> None:
        """Begin a chapter: a map of the way, how long it has taken until here, and what comes."""
        marks = ["✓" if at < number else "→" if at == number else "·" for at in range(len(CHAPTERS))]
        way = "  ".join(f"{mark} {name}" for mark, name in zip(marks, CHAPTERS, strict=True))
        self.narrator.heading(f"{way} {self.pace.elapsed}")
        self.narrator.remark(text)

    @property
    def bake(self) -> str:
        """How long each change is watched, as an option."""
        return BAKE if self.unkindness == KIND else LONG_BAKE

    def tell(self, traffic: DemoTraffic) -> None:
        """Walk the four steps while traffic flows."""
        self.narrator.remark("customers place orders and events arrive from now until after the end")
        self.look()
        self.lift()
        self.proxy_events()
        self.proxy_requests(traffic)
        traffic.late_payments = False  # what is late is under way for 20 s, until the queue shows it again
        self.go_direct()
        self.retire()
        time.sleep(1)
        counts = traffic.counts
        self.narrator.remark(f"so far: {counts['requests']} requests, {counts['failed']} failed")

    def look(self) -> None:
        """Look before anything is touched."""
        self.chapter(0, "what is this function, and who calls it?")
        self.narrator.run(f"inspect {self.deployment.function}")

    def lift(self) -> None:
        """Make the service, start it, and prove that it is well."""
        self.chapter(1, "a service repository from the function's own code, and a code freeze")
        self.narrator.run(
            f"init {self.deployment.function} --source {SOURCE} --directory orders-service"
            f" --target process --url {self.door.url} --store-secrets --yes"
        )
        self._configure()
        self.narrator.run("freeze --yes")
        self.narrator.run("proxy rotate-key --yes")
        self._deploy_service()
        self.narrator.run("verify")
        self.narrator.run("doctor")

    def proxy_events(self) -> None:
        """Let the service handle the events other than HTTP."""
        self.chapter(2, "SQS, SNS and EventBridge are handled by the service")
        self.narrator.run("proxy deploy --events non-api --yes")
        self.narrator.run("verify")
        self.narrator.run(f"cutover {WEIGHTS} {self.bake} --yes")

    def proxy_requests(self, traffic: DemoTraffic) -> None:
        """Let the service answer HTTP too; it is killed in the middle."""
        self.chapter(3, "the service answers HTTP too; on the way it is killed once")
        self.narrator.run("proxy deploy --events all --yes")
        self.narrator.run("verify")
        self.narrator.remark("during this canary the service is killed")
        self.narrator.run(f"cutover {WEIGHTS} {self.bake} --yes", exit_code=3, meanwhile=self._kill_during_canary)
        refused = time.monotonic()
        failed = traffic.counts["failed"]
        self.narrator.remark(f"the weights went back by themselves; requests failed so far: {failed}")
        self.narrator.run("status")
        self.narrator.remark("the service is fixed, and polls the queue too; the same command carries on")
        self._edit({"service": {"target": {"environment": {"LAMBDA_MIGRATE_CONSUME_QUEUES": self._queue()}}}})
        self._deploy_service()
        self._await_closed_breakers(refused)
        self.narrator.run(f"cutover {WEIGHTS} {self.bake} --yes")
        self.back_and_again()

    def _await_closed_breakers(self, refused: float) -> None:
        """Wait until the proxy asks the service again: what falls back until then would count in a short bake."""
        left = refused + ProxySettings.breaker_seconds + 1 - time.monotonic()
        if left > 0:
            every = f"{ProxySettings.breaker_seconds:.0f} s"
            self.narrator.wait(left, f"an instance of the proxy that was refused asks the service again after {every}")

    def back_and_again(self) -> None:
        """Go back and forth once more; where the AWS is unkind, with an alias that Lambda moves step by step."""
        if self.unkindness.transient_weights:
            self._provision()
        self.narrator.remark("second thoughts: one command goes back, at any moment; another goes on")
        self.narrator.run("rollback --last --yes")
        self.narrator.run(f"cutover --weights 100 {self.bake} --yes")

    def _provision(self) -> None:
        self.narrator.remark("the alias has provisioned concurrency now")
        name = self.deployment.function
        self.aws.call(
            "lambda",
            "put_provisioned_concurrency_config",
            FunctionName=name,
            Qualifier="live",
            ProvisionedConcurrentExecutions=1,
        )

    def go_direct(self) -> None:
        """Point every trigger straight at the service."""
        self.chapter(4, "callers go to the service directly, and the function goes away")
        self.narrator.run(f"cutover --direct {self.bake} --yes")

    def retire(self) -> None:
        """Prove that it is quiet, and delete it."""
        why = f"what began may still run for {FUNCTION_TIMEOUT} s; in production, 35 days have to be quiet"
        self.narrator.wait(FUNCTION_TIMEOUT - 2, why)
        self.narrator.run(f"retire --confirm {self.deployment.function}")
        self.narrator.run("status")
        self.narrator.run("history --verify")

    def retired(self) -> bool:
        """Return whether the function is gone."""
        try:
            self.aws.call("lambda", "get_function", FunctionName=self.deployment.function)
        except NotFound:
            return True
        return False

    def stop_service(self) -> None:
        """Stop the service, however the story ended."""
        folder = self.narrator.directory
        process.stop(Deployment("orders", folder / "orders-service", folder / ".lambda-migrate" / "service"))

    def _deploy_service(self) -> None:
        self.door.close()
        self.narrator.run("service deploy --yes")
        self.door.open()

    def _configure(self) -> None:
        """Say in migration.yaml what only the team can: what it accepts, and where a balancer's target listens."""
        target = {"service": {"target": {"port": self.door.port}}} if self.unkindness.load_balancer else {}
        self._edit({"accept": BUSY, "verify": PATIENT, "retire": {"quiet": f"{QUIET}s"}, **target})

    def _edit(self, changes: dict[str, Any]) -> None:
        path = self.narrator.directory / "migration.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        merge(document, changes)
        path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        shown = yaml.safe_dump(changes, sort_keys=False).rstrip()
        self.narrator.tell("")
        self.narrator.remark("edit migration.yaml:")
        for line in shown.splitlines():
            self.narrator.tell(f"  {line}")

    def _queue(self) -> str:
        return self.deployment.queue_url

    def _kill_during_canary(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            alias = self.aws.call("lambda", "get_alias", FunctionName=self.deployment.function, Name="live")
            if (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights"):
                break
            time.sleep(0.2)
        time.sleep(1)
        self.door.close()
        self.narrator.run("service stop --yes")


def merge(document: dict[str, Any], changes: dict[str, Any]) -> None:
    """Merge changes into a document, block by block."""
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(document.get(name), dict):
            merge(document[name], value)
        else:
            document[name] = value
