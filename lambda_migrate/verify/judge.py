"""Judges the gated steps of a run: what the executor calls while a step is watched, and at its end."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.target_groups import short
from lambda_migrate.actions.references import version_number
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.errors import AwsError, NoCredentials, NotAllowed
from lambda_migrate.function import signing_keys
from lambda_migrate.gates import rest_api_not_rehearsed
from lambda_migrate.gates.gate import closed
from lambda_migrate.verify import alarms, metrics, rehearsal, sides, signing_key, target_health, telemetry, vantage
from lambda_migrate.verify.metrics import Trial
from lambda_migrate.verify.source_verdict import judge_source
from lambda_migrate.verify.surroundings import Surroundings
from lambda_migrate.verify.verdict import judge, judge_health

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.http import Client
    from lambda_migrate.verify.surroundings import Health


@dataclass(frozen=True)
class StepJudge:
    """Judges a gated step.

    A weight step is judged by the traffic of the version on trial, what the sources of its requests count, the
    service's health and the named alarms. The last step of a trigger that goes past Lambda is judged by what its source
    counts; a step before that by health and alarms alone. A new signing key is judged by whether the service accepts
    it: until it does, the run pauses, and nothing signs with it. A rehearsal route, and a method of a REST API that
    nobody is served yet, are judged by what they answer, and a target group that joins a listener rule by whether one
    of its targets is healthy.
    """

    aws: Aws
    config: Migration
    client: Client
    now: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, step: Step, since: float, *, first: float, final: bool) -> Verdict:
        """Judge; see :class:`lambda_migrate.engine.verdict.Judge`."""
        verdict = self._judged(step, since, first, final=final)
        if verdict.result == "inconclusive" and not final and not isinstance(step.action, SetSigningKeys):
            return Verdict("pass", (), verdict.evidence, seen=verdict.seen, sides=verdict.sides)  # it is watched on
        rehearsed = isinstance(step.action, (RehearseRoute, ReplaceRestIntegration, JoinListenerRule))
        pause = self.config.cutover.on_fail == "pause" and not rehearsed
        return replace(verdict, stays=verdict.result == "fail" and pause)

    def _judged(self, step: Step, since: float, first: float, *, final: bool) -> Verdict:
        action = step.action
        proven = self._proven(action)
        if proven is not None:
            return proven
        version = self._on_trial(action) if isinstance(action, ShiftWeight) else None
        around = Surroundings(self._looked(action, version))
        try:
            around = Surroundings(around.health, alarms.states(self.aws, self.config.verify.alarms))
            if isinstance(action, ShiftWeight) and version:
                return self._of_traffic(step, action, version, (since, first), around, final=final)
            if step.source_metrics:
                return self._of_source(step, (since, first), around, final=final)
            return judge_health(around)
        except (AwsError, NotAllowed, NoCredentials):
            if around.problem:
                return judge_health(around)  # which is reason enough to go back, whatever the metrics would say
            if final:
                raise
            return Verdict("pass", ())  # it is watched on; the last look has to see them

    def _proven(self, action: Action) -> Verdict | None:
        """Return the verdict on a step that is proven by asking somebody, without traffic; None for all others."""
        if isinstance(action, SetSigningKeys):
            return self._accepted(action)
        if isinstance(action, RehearseRoute):
            return self._rehearsed(action)
        if isinstance(action, ReplaceRestIntegration):
            return self._tested(action)
        return self._joined(action) if isinstance(action, JoinListenerRule) else None

    def _looked(self, action: Action, version: str | None) -> Health:
        direct = not isinstance(action, ShiftWeight)
        return vantage.look(self.aws, self.config, self.client, version, self.sleep, direct=direct)

    def _of_source(self, step: Step, times: tuple[float, float], around: Surroundings, *, final: bool) -> Verdict:
        since, first = times
        (source,) = step.source_metrics
        window = (since, self.now())
        now, before = metrics.flows(self.aws, source, first, window, self.config.verify.metric_period)
        verdict = judge_source(now, before, source, around, self.config.verify, final=final)
        return replace(verdict, sides=sides.of_source(now, before))

    def _of_traffic(
        self,
        step: Step,
        action: ShiftWeight,
        version: str,
        times: tuple[float, float],
        around: Surroundings,
        *,
        final: bool,
    ) -> Verdict:
        since, first = times
        config, rules = self.config, self.config.verify
        beside = action.after["version"] if action.after["weights"] else ""
        original = version_number(self.aws, action.function, beside) or beside if beside else ""
        earlier = "" if beside else version_number(self.aws, action.function, action.home) or action.home
        trial = Trial(config.function, config.alias, version, original, step.source_metrics, earlier)
        measured = metrics.measure(self.aws, trial, first, (since, self.now()), rules.metric_period)
        verdict = judge(measured, around, rules, final=final)
        if final and verdict.awaits:
            known = Surroundings(around.health, around.alarms, telemetry.silence(self.aws, config.function))
            verdict = judge(measured, known, rules, final=final)
        share = float(action.after["weights"].get(self._reference(action), 1.0))
        return replace(verdict, sides=sides.of_versions(trial, measured, share, self.now()))

    def _on_trial(self, action: ShiftWeight) -> str:
        """Return the version that the step gives more traffic: the one with a weight, or the one that gets all."""
        version = self._reference(action)
        return version_number(self.aws, action.function, version) or version

    @staticmethod
    def _reference(action: ShiftWeight) -> str:
        """Return the name of that version, as the step has it."""
        return str(next(iter(action.after["weights"]), action.after["version"]))

    def _rehearsed(self, action: RehearseRoute) -> Verdict:
        problem = rehearsal.rehearse(self.aws, self.config, self.client, action, sleep=self.sleep)
        if problem:
            return Verdict("fail", (f"GET {action.endpoint}{action.asked}: {problem}",))
        return Verdict("pass", (f"{action.endpoint} reaches the service",))

    def _tested(self, action: ReplaceRestIntegration) -> Verdict:
        tested = rehearsal.rehearse_method(self.aws, self.config, action, sleep=self.sleep)
        if tested is None:
            return self._untested(action)
        problem, told = tested
        if problem:
            return Verdict("fail", (f"REST API {action.api_id}, {action.name}, GET {action.probe}: {problem}",))
        return Verdict("pass", (f"REST API {action.api_id} reaches the service{told}",))

    def _untested(self, action: ReplaceRestIntegration) -> Verdict:
        """Return the verdict on a method that API Gateway does not test: a fail, unless the team accepts that."""
        text = (
            f"API Gateway does not test `{action.name}` of REST API {action.api_id}, so the way to the service cannot"
            " be tried before the first share; call the service through a method of your own, then accept this"
        )
        blocker = closed(rest_api_not_rehearsed, text, action.api_id)
        for entry in self.config.accept:
            if entry.covers(blocker.gate, blocker.subject) and entry.holds_in("direct"):
                return Verdict("pass", (f"accepted ({entry.reason}): {blocker}",))
        return Verdict("fail", (str(blocker),))

    def _joined(self, action: JoinListenerRule) -> Verdict:
        problem = target_health.await_healthy(self.aws, action.group, sleep=self.sleep)
        if problem:
            return Verdict("fail", (problem,))
        return Verdict("pass", (f"target group {short(action.group)} has a healthy target",))

    def _accepted(self, action: SetSigningKeys) -> Verdict:
        keys = signing_keys.read(self.aws, action.secret)
        fresh = [each for each in action.after if each not in action.before]
        for identifier in fresh or action.after[:1]:
            secret = keys.secret(identifier)
            problem = signing_key.await_accepted(self.config, self.client, identifier, secret, sleep=self.sleep)
            if problem:
                return Verdict("inconclusive", (f"the service was asked with its new key: {problem}",))
        return Verdict("pass", (f"the service accepts {', '.join(fresh or action.after[:1])}",))
