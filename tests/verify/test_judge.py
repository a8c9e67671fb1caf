"""What the judge looks at for each kind of gated step, while it is watched and at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.config import Migration
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import MigrateError, NoCredentials, NotAllowed, Throttled
from lambda_migrate.http import Client
from lambda_migrate.verify.judge import StepJudge
from tests.verify.known import API, CloudWatch

if TYPE_CHECKING:
    from lambda_migrate.engine.verdict import Verdict

ALL_WELL = {
    "Invocations": 100.0,
    "Errors": 0.0,
    "Proxied": 100.0,
    "Failed": 0.0,
    "Fallback": 0.0,
    "ServerErrors": 0.0,
    "ClientErrors": 0.0,
    "Count": 1000.0,
}
CANARY = ShiftWeight("orders", "live", {"version": "1", "weights": {}}, {"version": "1", "weights": {"2": 0.1}})
REASONS = ("get_function_configuration", "describe_log_groups", "simulate_principal_policy")


@dataclass
class Unread(CloudWatch):
    """An AWS whose metrics cannot be read."""

    error: MigrateError = field(default_factory=lambda: Throttled("slow down"))

    def pages(self, *_asked: Any, **_parameters: Any) -> Any:
        raise self.error


def judged(aws: Any, *, healthy: bool = True, final: bool = True, alarms: tuple[str, ...] = (), **more: Any) -> Verdict:
    rules = {"alarms": list(alarms)}
    settings = {"function": "orders", "service": {"url": "https://orders"}, "verify": rules, **more}
    config = Migration.model_validate(settings)
    transport = httpx.MockTransport(lambda _request: httpx.Response(200 if healthy else 503))
    judge = StepJudge(aws, config, Client(transport=transport), lambda: 120.0, lambda _seconds: None)
    return judge(Step("01", CANARY, gated=True, source_metrics=(API,)), 60.0, first=60.0, final=final)


def test_a_canary_is_judged_by_all_that_is_known_of_it() -> None:
    verdict = judged(CloudWatch(ALL_WELL, alarms={"slow": "OK"}), alarms=("slow",))

    assert verdict.result == "pass"
    assert verdict.evidence["alarms"] == {"slow": "OK"}
    assert verdict.evidence["asked"]["from Lambda"] == "3 ms"
    assert set(verdict.evidence["compared"]) >= {"function errors", "5xx", "4xx", "http_api `orders`: 5xx"}


@pytest.mark.parametrize("status", ["ServerErrors", "ClientErrors"])
@pytest.mark.parametrize("final", [True, False])
def test_a_service_that_answers_500_or_404_to_everything_fails_however_healthy(status: str, *, final: bool) -> None:
    verdict = judged(CloudWatch({**ALL_WELL, status: 100.0}, before=ALL_WELL), final=final)

    assert verdict.result == "fail"


def test_metrics_that_cannot_be_read_stop_nobody_from_watching_on_or_going_back() -> None:
    for error in (Throttled("slow down"), NotAllowed("no"), NoCredentials("expired")):
        unread = Unread(error=error)

        assert judged(unread, final=False).result == "pass"
        assert judged(unread, healthy=False, final=False).result == judged(unread, healthy=False).result == "fail"
        with pytest.raises(type(error)):
            judged(unread)


def test_while_the_bake_runs_only_a_fail_counts() -> None:
    assert judged(CloudWatch(), final=False).result == "pass"


def test_silence_of_the_proxy_is_inconclusive_and_its_likely_reason_is_looked_up() -> None:
    configuration = {
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "Role": "arn:aws:iam::123456789012:role/orders",
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
    }
    answers = dict(zip(REASONS, (configuration, {"logGroups": []}, {"EvaluationResults": []}), strict=True))
    aws = CloudWatch({"Invocations": 100.0, "Errors": 0.0}, answers)

    verdict = judged(aws)

    assert (verdict.result, verdict.awaits) == ("inconclusive", 240.0)
    assert verdict.reasons[0].startswith("the proxy reported 0 of 100 invocations, its metrics do not arrive: ")
    assert verdict.reasons[0].endswith(
        "the function logs as JSON from level WARN on, so that Lambda drops the proxy's lines"
    )


def test_an_alarm_turns_a_canary_back_while_it_is_watched() -> None:
    alarmed = CloudWatch(ALL_WELL, alarms={"errors": "ALARM"})

    assert judged(alarmed, alarms=("errors",), final=False).reasons == ("alarm `errors` is in ALARM",)
    assert judged(CloudWatch(ALL_WELL), alarms=("errors",)).reasons == ("alarm `errors` is not there",)


def test_a_fail_says_whether_the_user_wants_traffic_to_stay_where_it_is() -> None:
    failing = CloudWatch({**ALL_WELL, "ServerErrors": 100.0}, before=ALL_WELL)

    assert [judged(failing, cutover={"on_fail": then}).stays for then in ("rollback", "pause")] == [False, True]
    assert not judged(CloudWatch(ALL_WELL), cutover={"on_fail": "pause"}).stays
