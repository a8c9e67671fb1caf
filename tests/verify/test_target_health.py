"""A target group that joins a listener rule is judged by the health of its targets."""

from __future__ import annotations

from typing import Any

from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.config import Migration
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.http import Client
from lambda_migrate.verify.judge import StepJudge
from tests.inventory.fake_aws import FakeAws

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/service/0a1b"


def judged(*looks: list[dict[str, str]]) -> tuple[Verdict, list[float]]:
    """Judge the step where the load balancer shows one look after the other, and the last one from then on."""
    left, slept = list(looks), list[float]()

    def health(**_asked: Any) -> dict[str, Any]:
        shown = left.pop(0) if len(left) > 1 else left[0]
        return {"TargetHealthDescriptions": [{"Target": {"Id": "10.0.0.7"}, "TargetHealth": each} for each in shown]}

    aws: Any = FakeAws({"elbv2:describe_target_health": health})
    config = Migration.model_validate({"function": "orders", "cutover": {"on_fail": "pause"}})
    step = Step("01", JoinListenerRule("rule", "", "lb:443 /", {"ours": 1}, {"ours": 1, GROUP: 0}), gated=True)
    judge = StepJudge(aws, config, Client(), lambda: 120.0, slept.append)
    return judge(step, 60.0, first=60.0, final=True), slept


def test_the_first_health_check_is_waited_for() -> None:
    verdict, slept = judged([{"State": "initial"}], [{"State": "unhealthy"}, {"State": "healthy"}])

    assert verdict == Verdict("pass", ("target group service has a healthy target",))
    assert slept == [1.0]


def test_a_group_without_a_healthy_target_fails_and_never_stays() -> None:
    verdict, slept = judged([{"State": "unhealthy", "Description": "Health checks failed with these codes: [404]"}])

    text = "target group service has no healthy target: Health checks failed with these codes: [404]"
    assert verdict == Verdict("fail", (text,))
    assert 600.0 <= sum(slept) < 630.0
    assert judged([])[0].reasons == ("target group service has no healthy target: none is registered",)
