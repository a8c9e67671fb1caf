"""Blocks, modules and names that stand for several things: what others have is never moved with one's own."""

from __future__ import annotations

import json

import pytest

from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.pipes.send_pipe import SendPipe
from lambda_migrate.declarations import yaml_text
from lambda_migrate.handover import serverless_code, template_code, terraform_code
from lambda_migrate.handover.flips import flips
from lambda_migrate.handover.naming import may_come_to
from tests.handover.files import after, text_of
from tests.handover.plans import ALIAS, FUNCTION, standing

SEVERAL = """
resource "aws_lambda_function" "fn" {
  for_each      = { orders = "a", billing = "b" }
  function_name = each.key
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each         = { orders = "jobs", billing = "bills" }
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:${each.value}"
  function_name    = aws_lambda_function.fn[each.key].arn
}
"""
ONE = """
resource "aws_lambda_function" "orders" {
  count         = 1
  function_name = "orders"
}

resource "aws_lambda_event_source_mapping" "queue" {
  count            = 1
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs"
  function_name    = aws_lambda_function.orders[0].arn
}
"""
MODULE = """
variable "name" {}
variable "queue" {}

resource "aws_lambda_function" "this" {
  function_name = var.name
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn = var.queue
  function_name    = aws_lambda_function.this.arn
}
"""
CALLERS = """
module "orders" {
  source = "../modules/fn"
  name   = "orders"
}

module "billing" {
  source = "../modules/fn"
  name   = "billing"
}
"""


def state(**instances: list[dict[str, str]]) -> str:
    resources = [
        {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": each} for each in listed]}
        for address, listed in instances.items()
        for kind, _, name in [address.partition("__")]
    ]
    return json.dumps({"version": 4, "resources": resources})


def test_what_a_block_makes_for_another_function_is_not_moved() -> None:
    made = state(
        aws_lambda_function__fn=[{"function_name": "orders"}, {"function_name": "billing"}],
        aws_lambda_event_source_mapping__queue=[{"uuid": "11111111-2222"}, {"uuid": "33333333-4444"}],
    )
    for files in ({"main.tf": SEVERAL}, {"main.tf": SEVERAL, "terraform.tfstate": made}):
        changes = terraform_code.patched(files, standing(), "orders", "live")

        assert after(files, changes)["main.tf"] == SEVERAL
        assert changes.reasons["jobs_mapping"] == (
            "main.tf:7 makes several, not all of which are moved: write it by hand"
        )
        assert "jobs_mapping" not in changes.done


def test_a_block_that_makes_one_by_count_is_changed() -> None:
    made = state(
        aws_lambda_function__orders=[{"function_name": "orders"}],
        aws_lambda_event_source_mapping__queue=[{"uuid": "11111111-2222"}],
    )
    files = {"main.tf": ONE, "terraform.tfstate": made}
    changes = terraform_code.patched(files, standing(), "orders", "live")

    assert "function_name    = aws_lambda_alias.live_alias.arn" in after(files, changes)["main.tf"]
    assert "jobs_mapping" in changes.done


def test_a_module_that_others_call_stays_as_it_is() -> None:
    files = {"infra/modules/fn/main.tf": MODULE, "infra/prod/main.tf": CALLERS}
    things = standing()
    changes = terraform_code.patched(files, things, "orders", "live")
    why = (
        "`infra/modules/fn` is a module that is called (`infra/prod/main.tf:2`, `infra/prod/main.tf:7`), "
        "and only a root module imports: write it by hand"
    )

    assert (changes.stages, changes.done) == ((), frozenset())
    assert changes.reasons == {each.name: why for each in things}


def test_things_that_are_called_alike_are_told_apart() -> None:
    actions = (
        PointIntegration("a1", "i1", "shop", FUNCTION, ALIAS),
        PointIntegration("a1", "i2", "shop", FUNCTION, ALIAS),
        PointMapping("11111111-2222", "jobs", FUNCTION, ALIAS),
        PointMapping("33333333-4444", "jobs", FUNCTION, ALIAS),
        PointRule("default", "paid", "t1", {"Arn": FUNCTION}, {"Arn": ALIAS}),
        PointRule("shop", "paid", "t1", {"Arn": FUNCTION}, {"Arn": ALIAS}),
        PointIntegration("a1", "i2", "shop", FUNCTION, ALIAS),
    )

    assert [(each.name, each.terraform.import_id) for each in flips(actions) if each.terraform] == [
        ("shop_integration", "a1/i1"),
        ("jobs_mapping", "11111111-2222"),
        ("jobs_mapping_2", "33333333-4444"),
        ("paid_t1", "paid/t1"),
        ("paid_t1_2", "shop/paid/t1"),
        ("shop_integration_2", "a1/i2"),
    ]


def test_an_extension_that_says_something_else_is_not_taken_for_the_flip() -> None:
    text = text_of("serverless.yml")
    files = {"serverless.yml": text}
    first = serverless_code.patched(files, standing(), "orders", "live")
    now = after(files, first)["serverless.yml"]
    other = now.replace("IntegrationUri: !Ref LiveAlias", "TimeoutInMillis: 5000")
    changes = serverless_code.patched({"serverless.yml": other}, standing(), "orders", "live")

    assert other != now
    assert "orders_api_integration" in first.done
    assert changes.kept == first.done - {"orders_api_integration"}
    assert changes.reasons["orders_api_integration"] == (
        "`HttpApiIntegrationOrders` is extended already: set it to `!Ref LiveAlias` as IntegrationUri"
    )


@pytest.mark.parametrize(
    ("written", "name", "may"),
    [
        ("${var.stage}-orders", "prod-orders", True),
        ("${var.stage}-billing", "prod-orders", False),
        ("shop-${Stage}-${Name}", "shop-x-y", True),
        ("shop-${Stage}-${Name}", "shop-x", False),
        ("a${Stage}a", "a", False),
        ("${Stage}", "orders", True),
        ("%{ if var.x }a%{ endif }${y}", "orders", True),
        ("var.name", "orders", True),
        (None, "orders", True),
    ],
)
def test_a_name_with_placeholders_may_be_some_and_not_others(written: str | None, name: str, may: bool) -> None:
    assert may_come_to(written, name) is may


def test_the_only_function_of_a_template_is_another_one_where_its_name_says_so() -> None:
    template = (
        "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n"
        "      FunctionName: !Sub '${AWS::StackName}-%s'\n"
    )
    code = 'resource "aws_lambda_function" "fn" {\n  function_name = "${var.stage}-%s"\n}\n'
    things = standing()
    for patcher, path, text in (
        (template_code.patched, "template.yaml", template),
        (terraform_code.patched, "main.tf", code),
    ):
        other = patcher({path: text % "billing"}, things, "shop-orders", "live")
        own = patcher({path: text % "orders"}, things, "shop-orders", "live")

        assert (other.stages, other.done) == ((), frozenset())
        assert "live_alias" in own.done


def test_what_is_added_is_made_where_the_function_is_made() -> None:
    text = text_of("sam.yaml").replace(
        "    Properties:\n      FunctionName", "    Condition: Prod\n    Properties:\n      FunctionName"
    )
    plain, conditional = (
        template_code.patched({"sam.yaml": each}, standing(), "orders", "live") for each in (text_of("sam.yaml"), text)
    )
    made = yaml_text.load(after({"sam.yaml": text}, conditional)["sam.yaml"])["Resources"]
    assert isinstance(made, dict)

    assert (conditional.done, conditional.reasons) == (plain.done, plain.reasons)
    assert {name for name, each in made.items() if each.get("Condition") != "Prod"} == {"JobsQueue"}
    assert "Condition" not in after({"sam.yaml": text_of("sam.yaml")}, plain)["sam.yaml"]


def test_what_went_to_the_alias_once_and_goes_to_the_service_now_is_one_flip() -> None:
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
    method = ("r1", "res1", "ANY", "ANY /{proxy+}")
    things = flips(
        (
            PointRestIntegration(*method, uri.format(FUNCTION), uri.format(ALIAS)),
            PointPipe("fulfil", FUNCTION, ALIAS, "Target"),
            PointPipe("fulfil", FUNCTION, ALIAS, "Enrichment"),
            PointMapping("11111111-2222", "jobs", FUNCTION, ALIAS),
            ReplaceRestIntegration(*method, {"uri": "a"}, {"uri": "b"}),
            SendPipe("fulfil", ALIAS, "api-destination:orders-pipe", "Target", {}),
            SwitchMapping("11111111-2222", "jobs", True, False),
        )
    )

    assert [each.name for each in things] == [
        "fulfil_enrichment_pipe",
        "jobs_mapping",
        "rest_integration_r1_res1_any",
        "pipe_fulfil",
        "mapping_11111111_2222",
    ]


def test_a_mapping_that_has_the_name_of_the_function_is_one_of_those_that_lead_to_it() -> None:
    text = (
        "Resources:\n  Orders:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: orders}\n"
        "  Jobs:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
        "      EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:jobs\n      FunctionName: orders\n"
        "  Other:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
        "      EventSourceArn: !GetAtt Queue.Arn\n      FunctionName: !Ref Orders\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
    )
    files = {"template.yaml": text}
    made = yaml_text.load(after(files, template_code.patched(files, standing(), "orders", "live"))["template.yaml"])
    resources = made["Resources"]
    assert isinstance(resources, dict)

    assert {name: resources[name]["Properties"]["FunctionName"] for name in ("Jobs", "Other")} == {
        "Jobs": {"Ref": "LiveAlias"},
        "Other": {"Ref": "Orders"},
    }
