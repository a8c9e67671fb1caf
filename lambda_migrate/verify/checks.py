"""What `verify` proves, as named checks."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.references import version_number
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.errors import AwsError, NotFound
from lambda_migrate.function import signing_keys
from lambda_migrate.http import HttpError
from lambda_migrate.verify import health, metrics, signing_key
from lambda_migrate.verify.probe import Probe, probe
from lambda_migrate.verify.verdict import judge, judge_health, judge_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.http import Client
    from lambda_migrate.verify.verdict import Health, Traffic

EVENTS_PATH = "/lambda-proxy-non-api-events"
NOT_FOUND = 404


@dataclass(frozen=True)
class Check:
    """One thing that was checked: ``pass`` or ``fail``, in one line, with what to do about a fail."""

    name: str
    result: Literal["pass", "fail"]
    detail: str
    hint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON-able data."""
        return dict(vars(self))


def service_healthy(config: Migration, client: Client, watch: Callable[[str], None]) -> Check:
    """Check that the service is healthy, ready and quick, three times in a row."""
    found = health.await_healthy(config, client, watch=watch)
    if found.problem:
        return Check("service", "fail", found.problem, "start the service or mend it; its log tells why")
    return Check("service", "pass", f"{config.service.url} is healthy ({found.seconds * 1000:.0f} ms)")


def endpoint_closed(config: Migration, client: Client) -> Check:
    """Check that nobody but the proxy can hand events to the service: an unsigned one is answered 404."""
    try:
        answer = client.post(f"{config.service.url}{EVENTS_PATH}", json={"event": {}}, timeout=10.0)
    except HttpError as error:
        return Check("endpoint", "fail", f"{EVENTS_PATH} does not answer: {error.name}", "see `service`")
    if answer.status_code != NOT_FOUND:
        return Check(
            "endpoint",
            "fail",
            f"{EVENTS_PATH} answered {answer.status_code} to an unsigned event",
            "it must answer 404; is the middleware that `init` wrote still in place?",
        )
    return Check("endpoint", "pass", f"{EVENTS_PATH} is closed to unsigned events")


def proxy_reaches_service(aws: Aws, config: Migration, version: str) -> tuple[Check, Probe]:
    """Check, from inside Lambda, that a proxy version reaches the service; `verify.probes` times."""
    name = f"proxy version {version}"
    slowest = 0.0
    found = Probe(version, reached=False, problem="was not asked")
    for _ in range(config.verify.probes):
        try:
            found = probe(aws, config.function, version)
        except NotFound:
            raise
        except AwsError as error:
            found = Probe(version, reached=False, problem=error.message)
        if not found.reached:
            hint = "check `service.url`, the function's network and the service's signing keys"
            return Check(name, "fail", found.problem, hint), found
        slowest = max(slowest, found.milliseconds)
    detail = f"reaches the service ({config.verify.probes} probes, {slowest:.1f} ms at most), events: {found.events}"
    return Check(name, "pass", detail), found


@dataclass(frozen=True)
class StepJudge:
    """Judges a gated step.

    A weight step is judged by the traffic of the version on trial and the service's health. The last step of a trigger
    that goes past Lambda is judged by what its source counts and the service's health; a step before that by the
    service's health alone. A new signing key is judged by whether the service accepts it: until it does, the run
    pauses, and nothing signs with it.
    """

    aws: Aws
    config: Migration
    client: Client
    now: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, step: Step, since: float, *, first: float, final: bool) -> Verdict:
        """Judge; see :class:`lambda_migrate.engine.events.Judge`."""
        if isinstance(step.action, SetSigningKeys):
            return self._accepted(step.action)
        found = health.check(self.config, self.client)
        try:
            if step.source_metrics is not None:
                verdict = self._of_source(step.source_metrics, first, since, found, final=final)
            elif isinstance(step.action, ShiftWeight):
                verdict = judge(self._traffic(step.action, since), found, self.config.verify)
            else:
                return judge_health(found)
        except AwsError:
            if found.problem:
                return judge_health(found)  # which is reason enough to go back, whatever the metrics would say
            if final:
                raise
            return Verdict("pass", ())  # it is watched on; the last look has to see them
        if verdict.result == "inconclusive" and not final:
            return Verdict("pass", (), verdict.evidence)
        return verdict

    def _of_source(
        self, source_metrics: SourceMetrics, first: float, since: float, found: Health, *, final: bool
    ) -> Verdict:
        window = (since, self.now())
        now, before = metrics.flows(self.aws, source_metrics, first, window, self.config.verify.metric_period)
        if not final:
            now = replace(now, suspect=0)  # a share of few says little, and much of it may only be under way
        return judge_source(now, before, source_metrics, found, self.config.verify)

    def _traffic(self, action: ShiftWeight, since: float) -> Traffic:
        return metrics.traffic(
            self.aws,
            self.config.function,
            self.config.alias,
            self._on_trial(action),
            (since, self.now()),
            self.config.verify.metric_period,
            shared=bool(action.after["weights"]),
        )

    def _on_trial(self, action: ShiftWeight) -> str:
        """Return the version that the step gives more traffic: the one with a weight, or the one that gets all."""
        version: str = next(iter(action.after["weights"]), action.after["version"])
        return version_number(self.aws, action.function, version) or version

    def _accepted(self, action: SetSigningKeys) -> Verdict:
        keys = signing_keys.read(self.aws, action.secret)
        fresh = [each for each in action.after if each not in action.before]
        for identifier in fresh or action.after[:1]:
            secret = keys.secret(identifier)
            problem = signing_key.await_accepted(self.config, self.client, identifier, secret, sleep=self.sleep)
            if problem:
                return Verdict("inconclusive", (f"the service was asked with its new key: {problem}",))
        return Verdict("pass", (f"the service accepts {', '.join(fresh or action.after[:1])}",))
