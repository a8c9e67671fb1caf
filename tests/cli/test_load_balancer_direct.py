"""`cutover --direct` of a load balancer: a growing share by weight, every request answered, and the very rules back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.way_out import Serving, customers, write_source
from tests.support.listening import listening
from tests.support.standing import put_back
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


FUNCTION = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'the function'}\n"


class Balancer:
    """A load balancer with a rule of ours beside one of others, and the service's group behind no rule yet."""

    def __init__(self, aws: Aws, name: str, function: str, port: int) -> None:
        self.aws, self.name = aws, name[:32]
        made = aws.call("elbv2", "create_load_balancer", Name=self.name, Subnets=["subnet-1", "subnet-2"])
        self.arn, vpc = made["LoadBalancers"][0]["LoadBalancerArn"], made["LoadBalancers"][0]["VpcId"]
        self.group = self._group("fn", TargetType="lambda")
        self.service = self._group("service", TargetType="ip", VpcId=vpc, Protocol="HTTP", Port=port)
        aws.call("elbv2", "register_targets", TargetGroupArn=self.group, Targets=[{"Id": function}])
        aws.call("elbv2", "register_targets", TargetGroupArn=self.service, Targets=[{"Id": "127.0.0.1", "Port": port}])
        answer = {"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "404"}}
        self.listener = self._listen(80, answer)
        forward = {"Type": "forward", "Order": 1, "TargetGroupArn": self.group}
        for priority, path, action in ((1, "/theirs", answer), (2, "/orders", forward)):
            where = [{"Field": "path-pattern", "Values": [path]}]
            aws.call(
                "elbv2",
                "create_rule",
                ListenerArn=self.listener,
                Priority=priority,
                Conditions=where,
                Actions=[action],
            )

    def _group(self, suffix: str, **settings: Any) -> str:
        made = self.aws.call("elbv2", "create_target_group", Name=f"{self.name[:20]}-{suffix}", **settings)
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def _listen(self, port: int, action: dict[str, Any]) -> str:
        made = self.aws.call(
            "elbv2", "create_listener", LoadBalancerArn=self.arn, Protocol="HTTP", Port=port, DefaultActions=[action]
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def rules(self) -> Any:
        return self.aws.call("elbv2", "describe_rules", ListenerArn=self.listener)["Rules"]


def test_a_load_balancer_moves_a_share_at_a_time_and_its_rules_come_back_as_they_were(
    run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    function = make_function(source=FUNCTION)
    with listening(Serving) as url:
        balancer = Balancer(aws, unique, function, int(url.rpartition(":")[2]))
        aws.call(
            "lambda",
            "add_permission",
            FunctionName=unique,
            StatementId="elb",
            Action="lambda:InvokeFunction",
            Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=balancer.group,
        )
        write_source(tmp_path)
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\n"
            "source: source\n"
            f"service: {{url: '{url}', target_group: '{balancer.service}'}}\n"
            "cutover: {propagation: false, weights: [50]}\n"
            "verify: {timeout: 1s, slow: 60s, minimum_invocations: 5, metric_period: 1s, arrival: 5s}\n"
            "accept: [{rule: not-cut-over, reason: this is a test of the last step}]\n"
        )
        before = balancer.rules()
        paused = run("cutover", "--direct", "--bake", "2s", "--yes", "--json")
        halfway, elsewhere = balancer.rules(), put_back(aws, tmp_path)
        with customers(f"{aws.endpoint_url}/_alb/{balancer.name}/orders") as answered:
            assert eventually(lambda: answered.count("the service") > 10)
            there = run("cutover", "--direct", "--yes", "--json")
            after = balancer.rules()
            elsewhere += put_back(aws, tmp_path)
            back = run("rollback", "--last", "--yes", "--json")

    assert (paused.code, there.code, back.code, elsewhere) == (7, 0, 0, []), (paused, there, back)
    (shared,) = [each["Actions"][0]["ForwardConfig"]["TargetGroups"] for each in halfway if each not in before]
    assert shared == [
        {"TargetGroupArn": balancer.group, "Weight": 50},
        {"TargetGroupArn": balancer.service, "Weight": 50},
    ]
    assert [each["action"]["kind"] for each in there.json["data"]["plan"]["steps"]] == [
        "join_listener_rule",
        "point_listener_rule",
        "point_listener_rule",
    ]
    (whole,) = [each for each in after if each not in before]
    assert whole["Actions"][0]["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": balancer.service, "Weight": 1}]
    assert balancer.rules() == before
    assert set(answered) == {"the function", "the service"}, answered
