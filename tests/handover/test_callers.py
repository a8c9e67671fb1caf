"""What the owners' code says of APIs, buckets, log groups, URLs and load balancers: applied by git, and read again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions.cloudwatch.point_alarm import PointAlarm
from lambda_migrate.actions.cognito.point_user_pool import PointUserPool
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.declarations import hcl, yaml_text
from lambda_migrate.handover import template_code, terraform_code
from lambda_migrate.handover.templates import STAYS
from tests.handover.callers import ACTIONS, GROUP, MADE, RULE, moved
from tests.handover.files import after, text_of
from tests.handover.plans import ALIAS, FUNCTION

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = {"callers.tf": terraform_code.patched, "callers.yaml": template_code.patched}
FUNCTION_CODE = 'resource "aws_lambda_function" "orders" {\n  function_name = "orders"\n}\n'
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:uploads"


@pytest.mark.parametrize("name", SHAPES)
def test_git_applies_every_stage_and_afterwards_nothing_is_left_to_do(name: str, tmp_path: Path) -> None:
    files = {name: text_of(name)}
    (tmp_path / name).write_text(files[name])
    changes = moved(SHAPES[name], files)

    for stage in changes.stages:
        diff = "".join(each.diff() for each in stage.patches)
        subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
        for each in stage.patches:
            assert (tmp_path / each.path).read_text() == each.after
    again = moved(SHAPES[name], after(files, changes))

    left = {} if name == "callers.tf" else {"r1_prod_stage": STAYS}
    assert (changes.reasons, again.stages, again.reasons) == (left, (), left)
    assert again.kept == changes.done | changes.kept


def test_terraform_leads_to_the_alias_and_leaves_the_served_deployment_alone() -> None:
    files = {"callers.tf": text_of("callers.tf")}
    now = after(files, moved(terraform_code.patched, files))
    old, new = files["callers.tf"].split("\n"), now["callers.tf"].split("\n")
    made = hcl.parse(now["lambda_migrate.tf"])

    assert [line.strip() for line in new if line not in old] == [
        "uri                     = aws_lambda_alias.live_alias.invoke_arn",
        "lifecycle {",
        "ignore_changes = [deployment_id]",
        "lambda_function_arn = aws_lambda_alias.live_alias.arn",
        "destination_arn = aws_lambda_alias.live_alias.arn",
        "target_group_arn = aws_lb_target_group.lm_1_orders_group.arn",
    ]
    assert [(each.labels[0] if each.labels else each.values["id"]) for each in made] == [
        "orders/live",
        "aws_lambda_alias",
        "orders/live",
        "aws_lambda_function_url",
        MADE,
        "aws_lb_target_group",
        "aws_lb_target_group_attachment",
    ]


GROUP_IN_TERRAFORM = """\
resource "aws_lb_target_group" "lm_1_orders_group" {
  lambda_multi_value_headers_enabled = true
  name                               = "lm-1-orders"
  target_type                        = "lambda"
  health_check {
    enabled = true
    path    = "/health"
    matcher = "200"
  }
}
"""
TARGET_IN_TERRAFORM = """\
resource "aws_lb_target_group_attachment" "lm_1_orders_target" {
  target_group_arn = aws_lb_target_group.lm_1_orders_group.arn
  target_id        = aws_lambda_alias.live_alias.arn
}
"""
URL_IN_TERRAFORM = """\
import {
  to = aws_lambda_function_url.live_url
  id = "orders/live"
}

resource "aws_lambda_function_url" "live_url" {
  function_name      = aws_lambda_function.orders.function_name
  qualifier          = "live"
  authorization_type = "NONE"
  invoke_mode        = "BUFFERED"
  cors {
    allow_origins = ["https://shop.example.com"]
    max_age       = 60
  }
}
"""


@pytest.mark.parametrize("text", [GROUP_IN_TERRAFORM, TARGET_IN_TERRAFORM, URL_IN_TERRAFORM])
def test_what_was_made_is_written_out_for_terraform(text: str) -> None:
    files = {"callers.tf": text_of("callers.tf")}

    assert text in after(files, moved(terraform_code.patched, files))["lambda_migrate.tf"]


def test_a_template_imports_what_was_made_and_then_leads_to_it() -> None:
    changes = moved(template_code.patched, {"callers.yaml": text_of("callers.yaml")})
    first, second = changes.stages
    now = yaml_text.load(second.patches[0].after)["Resources"]
    assert isinstance(now, dict)

    uri = "        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    assert [line for line in second.patches[0].diff().split("\n")[2:] if line[:1] in ("-", "+")] == [
        f"-{uri}${{Orders.Arn}}/invocations",
        f"+{uri}${{LiveAlias}}/invocations",
        "-            Function: !GetAtt Orders.Arn # thumbnails",
        "+            Function: !Ref LiveAlias # thumbnails",
        "-      DestinationArn: !GetAtt Orders.Arn",
        "+      DestinationArn: !Ref LiveAlias",
        "-          TargetGroupArn: !Ref Group",
        "+          TargetGroupArn: !Ref Lm1OrdersGroup",
    ]
    assert [(each["LogicalResourceId"], each["ResourceIdentifier"]) for each in first.imports] == [
        ("LiveAlias", {"AliasArn": ALIAS}),
        ("LiveUrl", {"FunctionArn": ALIAS}),
        ("Lm1OrdersGroup", {"TargetGroupArn": MADE}),
    ]
    assert now["Lm1OrdersGroup"]["Properties"] == {
        "Name": "lm-1-orders",
        "TargetType": "lambda",
        "HealthCheckEnabled": True,
        "HealthCheckPath": "/health",
        "Matcher": {"HttpCode": "200"},
        "TargetGroupAttributes": [{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}],
        "Targets": [{"Id": {"Ref": "LiveAlias"}}],
    }
    assert now["LiveUrl"]["Properties"] == {
        "TargetFunctionArn": {"Ref": "Orders"},
        "Qualifier": "live",
        "AuthType": "NONE",
        "InvokeMode": "BUFFERED",
        "Cors": {"AllowOrigins": ["https://shop.example.com"], "MaxAge": 60},
    }


def test_a_patched_template_has_no_finding_of_cfn_lint() -> None:
    from cfnlint.api import lint  # noqa: PLC0415  # takes a second to import

    changes = moved(template_code.patched, {"callers.yaml": text_of("callers.yaml")})

    assert [str(each) for each in lint(changes.stages[1].patches[0].after)] == []


LOGS = """\
  OrdersFunction:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      Handler: app.main.handler
      Runtime: python3.13
      CodeUri: src/
      Events:
        Errors:
          Type: CloudWatchLogs
          Properties:
            LogGroupName: /shop/web
            FilterPattern: ERROR
"""


def test_a_log_event_of_sam_becomes_the_filter_that_sam_makes_of_it() -> None:
    files = {"sam.yaml": f"Transform: AWS::Serverless-2016-10-31\nResources:\n{LOGS}"}
    now = yaml_text.load(after(files, moved(template_code.patched, files))["sam.yaml"])["Resources"]
    assert isinstance(now, dict)

    assert now["OrdersFunctionErrors"] == {
        "Type": "AWS::Logs::SubscriptionFilter",
        "Properties": {
            "LogGroupName": "/shop/web",
            "FilterPattern": "ERROR",
            "DestinationArn": {"Ref": "LiveAlias"},
        },
    }


TWO = tuple(PointNotification("uploads", FUNCTION, ALIAS, "123456789012", name) for name in ("images", "archive"))


def test_all_notifications_of_a_bucket_that_lead_to_the_function_are_moved_together() -> None:
    code, template = text_of("callers.tf"), text_of("callers.yaml")
    code = code.replace("aws_lambda_function.archive.arn", "aws_lambda_function.orders.arn")
    other = "!Sub arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:archive"
    template = template.replace(other, "!GetAtt Orders.Arn")

    names = {"uploads_images_notification", "uploads_archive_notification"}
    for name, text in (("callers.tf", code), ("callers.yaml", template)):
        both = moved(SHAPES[name], {name: text}, ACTIONS[0], *TWO)
        assert (names <= both.done, both.reasons) == (True, {})
    one = moved(template_code.patched, {"callers.yaml": template}, ACTIONS[0], TWO[0])
    assert one.reasons == {
        "uploads_images_notification": "no `AWS::S3::Bucket` of `callers.yaml` can be identified as it",
    }


SHARES = PointListenerRule(RULE, "", "shop /orders/*", {GROUP: 1}, {GROUP: 1, "target-group:service": 1})
TO_QUEUE = PointNotification("uploads", ALIAS, QUEUE, "123456789012", "images")


@pytest.mark.parametrize(
    ("name", "action", "why"),
    [
        ("callers.tf", TO_QUEUE, "more than the target of the `aws_s3_bucket_notification` changes"),
        ("callers.yaml", TO_QUEUE, "more than its target changes"),
        ("callers.yaml", SHARES, "more than its target changes"),
    ],
)
def test_what_is_more_than_one_value_is_left_to_a_person(name: str, action: object, why: str) -> None:
    changes = moved(SHAPES[name], {name: text_of(name)}, ACTIONS[0], action)

    assert list(changes.reasons.values()) == [why]


def test_terraform_leaves_a_rule_alone_while_a_share_is_on_its_way() -> None:
    code = text_of("callers.tf").partition('resource "aws_lb_listener_rule" "others"')[0]
    now = after({"callers.tf": code}, moved(terraform_code.patched, {"callers.tf": code}, ACTIONS[0], SHARES))

    added = [line for line in now["callers.tf"].split("\n") if line not in code.split("\n")]
    assert added == ["  lifecycle {", "    ignore_changes = [action]"]


def test_of_two_stages_of_one_name_neither_is_changed() -> None:
    code = text_of("callers.tf")
    start = code.index('resource "aws_api_gateway_stage"')
    again = code[start:].partition("}\n")[0].replace('"prod" {', '"two" {') + "}\n"
    changes = moved(terraform_code.patched, {"callers.tf": code + again}, ACTIONS[0], ACTIONS[3])

    first, second = code[:start].count("\n") + 1, code.count("\n") + 1
    why = f"no `aws_api_gateway_stage` in `.` can be identified as it (callers.tf:{first}, callers.tf:{second})"
    assert changes.reasons == {"r1_prod_stage": why}


def test_what_the_code_says_in_more_than_one_value_is_left_alone_by_its_name_and_never_by_chance() -> None:
    """Of a pool that only its id tells, the one in the code may be another one."""
    alarm = PointAlarm("slow", FUNCTION, ALIAS)
    pool = PointUserPool("shop", {"PreSignUp": FUNCTION}, {"PreSignUp": ALIAS}, pool="eu-west-1_a")
    code = FUNCTION_CODE + 'resource "aws_cloudwatch_metric_alarm" "slow" {\n  alarm_name = "slow"\n}\n'
    code += 'resource "aws_cognito_user_pool" "shop" {\n  name = "shop"\n}\n'
    changes = moved(terraform_code.patched, {"main.tf": code}, ACTIONS[0], alarm, pool)

    ignored = "ignore_changes = [alarm_actions, insufficient_data_actions, ok_actions]"
    assert after({"main.tf": code}, changes)["main.tf"].count(ignored) == 1
    assert changes.reasons == {
        "user_pool_eu_west_1_a": "no `aws_cognito_user_pool` in `.` can be identified as it (none is there)"
    }
