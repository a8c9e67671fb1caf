"""What the owners' files become: applied by git, read again, and held against the tools' own rules."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.declarations import hcl, yaml_text
from lambda_migrate.handover import serverless_code, template_code, terraform_code
from lambda_migrate.handover.hcl import written
from lambda_migrate.handover.patch import Edit, Patch, Unfit, edited, misfits
from tests.handover.files import after, changed, text_of
from tests.handover.plans import standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lambda_migrate.handover.patch import Patched
    from lambda_migrate.handover.patchers import Patcher

BOMB = "".join(f"  {chr(99 + at)}: &{chr(99 + at)} [{', '.join([f'*{chr(98 + at)}'] * 9)}]\n" for at in range(9))
"""A few lines whose aliases stand for a billion values."""

MADE = (
    "live_alias",
    "live_from_apigateway_lm_43a93426",
    "live_from_events_lm_2fa0c3f8",
    "live_from_sns_lm_b7c8d299",
    "live_retries",
)
SHAPES = {
    "http_api.tf": terraform_code.patched,
    "stack.yaml": template_code.patched,
    "sam.yaml": template_code.patched,
    "serverless.yml": serverless_code.patched,
}


def patched(patcher: Patcher, files: Mapping[str, str]) -> Patched:
    return patcher(files, standing(), "orders", "live")


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ending", ["\n", "\r\n", ""], ids=["lf", "crlf", "no-last-end"])
def test_git_applies_every_stage_and_afterwards_nothing_is_left_to_do(name: str, ending: str, tmp_path: Path) -> None:
    path = f"infra/the {name}" if name != "serverless.yml" else name
    text = text_of(name).rstrip("\n") if not ending else text_of(name).replace("\n", ending)
    files = {path: text}
    changes = patched(SHAPES[name], files)
    (tmp_path / "infra").mkdir()
    (tmp_path / path).write_bytes(text.encode())

    for stage in changes.stages:
        diff = "".join(each.diff() for each in stage.patches)
        subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
        assert {each.path: (tmp_path / each.path).read_bytes().decode() for each in stage.patches} == {
            each.path: each.after for each in stage.patches
        }
    again = patched(SHAPES[name], after(files, changes))

    assert (again.stages, again.kept, again.reasons) == ((), changes.done, changes.reasons)


def test_terraform_leads_to_the_alias_and_imports_what_was_made() -> None:
    files = {"infra/main.tf": text_of("http_api.tf")}
    changes = patched(terraform_code.patched, files)
    now = after(files, changes)
    made = hcl.parse(now["infra/lambda_migrate.tf"])

    assert changed(files["infra/main.tf"], now["infra/main.tf"]) == [
        (
            "integration_uri        = aws_lambda_function.orders.invoke_arn # the function itself",
            "integration_uri        = aws_lambda_alias.live_alias.invoke_arn # the function itself",
        ),
        ('endpoint  = "${aws_lambda_function.orders.arn}"', "endpoint  = aws_lambda_alias.live_alias.arn"),
        ("arn            = aws_lambda_function.orders.arn", "arn            = aws_lambda_alias.live_alias.arn"),
        ("function_name    = aws_lambda_function.orders.arn", "function_name    = aws_lambda_alias.live_alias.arn"),
    ]
    assert [each.kind for each in made] == ["import", "resource"] * len(MADE)
    assert [str(made[at].values["id"]) for at in range(0, len(made), 2)] == [
        "orders/live",
        "orders:live/lm-43a93426",
        "orders:live/lm-b7c8d299",
        "orders:live/lm-2fa0c3f8",
        "orders:live",
    ]
    assert {each.values["function_name"] for each in made if each.kind == "resource"} == {
        hcl.Expression("aws_lambda_function.orders.function_name")
    }
    assert (changes.kept, changes.reasons) == (frozenset(), {})


ALIAS = """
resource "aws_lambda_alias" "traffic" {
  name             = "live"
  function_name    = aws_lambda_function.orders.function_name
  function_version = aws_lambda_function.orders.version%s
}
"""


@pytest.mark.parametrize(
    ("inside", "added"),
    [
        ("", ["", "  lifecycle {", "    ignore_changes = [function_version, routing_config]", "  }"]),
        ("\n  lifecycle {\n  }", ["    ignore_changes = [function_version, routing_config]"]),
        (
            "\n  lifecycle {\n    ignore_changes = [routing_config]\n  }",
            ["    ignore_changes = [routing_config, function_version]"],
        ),
        ("\n  lifecycle {\n    ignore_changes = all\n  }", []),
    ],
)
def test_an_alias_that_the_code_has_goes_on_changing_without_it(inside: str, added: list[str]) -> None:
    files = {"main.tf": text_of("http_api.tf") + ALIAS % inside}
    now = after(files, patched(terraform_code.patched, files))

    alias = now["main.tf"].partition('"traffic" {\n')[2]
    assert [line for line in alias.split("\n") if line not in (ALIAS % inside).split("\n")] == [e for e in added if e]
    assert hcl.parse(now["main.tf"])
    assert "integration_uri        = aws_lambda_alias.traffic.invoke_arn" in now["main.tf"]
    assert '"aws_lambda_alias"' not in now["lambda_migrate.tf"]


SECOND = """
resource "aws_apigatewayv2_integration" "other" {
  api_id          = aws_apigatewayv2_api.other.id
  integration_uri = aws_lambda_function.orders.invoke_arn
}
"""


def test_of_functions_whose_names_are_variables_the_state_tells_which_and_that_it_is_none_of_them() -> None:
    made = [
        {"mode": "managed", "type": "aws_lambda_function", "name": each, "instances": [{"attributes": attributes}]}
        for each, attributes in (("orders", {"function_name": "orders"}), ("other", {"function_name": "other"}))
    ]
    code = text_of("http_api.tf").replace('name = "orders"\n}', "name = var.name\n}", 1)
    alone = {"main.tf": code, "terraform.tfstate": json.dumps({"version": 4, "resources": made[1:]})}
    other = code.replace('"aws_lambda_function" "orders"', '"aws_lambda_function" "other"')
    wrong = {"main.tf": other, "terraform.tfstate": alone["terraform.tfstate"]}
    both = code + 'resource "aws_lambda_function" "other" {\n  function_name = var.other\n}\n'
    sure = {"main.tf": both, "terraform.tfstate": json.dumps({"version": 4, "resources": made})}

    assert "name = var.name" in code
    assert "jobs_mapping" in patched(terraform_code.patched, alone).done
    assert "jobs_mapping" in patched(terraform_code.patched, sure).done
    assert set(patched(terraform_code.patched, wrong).reasons.values()) == {"no `*.tf` file has the function orders"}


def test_a_file_of_opentofu_stands_in_place_of_terraforms() -> None:
    code = {"main.tofu": text_of("http_api.tf")}

    assert patched(terraform_code.patched, {**code, "main.tf": "broken {"}) == patched(terraform_code.patched, code)
    assert "main.tofu" in after(code, patched(terraform_code.patched, code))


def test_of_two_that_may_be_it_the_state_tells_which_and_without_one_neither_is_changed() -> None:
    name, files = "orders_api_integration", {"main.tf": text_of("http_api.tf") + SECOND}
    resources = [
        {
            "mode": "managed",
            "type": "aws_apigatewayv2_integration",
            "name": each,
            "instances": [{"attributes": {"api_id": "a1b2c3", "id": identifier}}],
        }
        for each, identifier in (("orders", "int1"), ("other", "int2"))
    ]
    unsure = patched(terraform_code.patched, files)
    sure = patched(
        terraform_code.patched, {**files, "terraform.tfstate": json.dumps({"version": 4, "resources": resources})}
    )

    assert unsure.reasons == {
        name: "it may be any `aws_apigatewayv2_integration` in `.` of main.tf:39, main.tf:95",
    }
    assert after(files, unsure)["main.tf"].count("aws_lambda_function.orders.invoke_arn") == 2
    assert (name in sure.done, sure.reasons) == (True, {})


@pytest.mark.parametrize(
    ("patcher", "files", "why"),
    [
        (terraform_code.patched, {}, "no `*.tf` file has the function orders"),
        (
            terraform_code.patched,
            {f"{env}/main.tf": 'resource "aws_lambda_function" "x" {\n  function_name = "orders"\n}\n' for env in "ab"},
            "the function is in `a`, `b`",
        ),
        (
            terraform_code.patched,
            {"main.tf": 'resource "aws_lambda_function" "x" {\n'},
            "no `*.tf` file has the function orders; `main.tf` cannot be read: line 1: `resource` does not end",
        ),
        (template_code.patched, {"other.yaml": "name: orders\n"}, "no template has the function orders"),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  X: [AWS::Lambda::Function\n"},
            "no template has the function orders; `a.yaml` cannot be read: line 3: expected ',' or ']'",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources: {X: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}}\n"},
            "`a.yaml`: `Resources` is not laid out line by line",
        ),
        (
            serverless_code.patched,
            {"serverless.yml": "service: [\n"},
            "no `serverless.yml` has orders; `serverless.yml` cannot be read: line 2: ",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  A: &a AWS::Lambda::Function\n  B: &b [*a, *a]\n" + BOMB},
            "no template has the function orders; `a.yaml` cannot be read: its aliases repeat too much of it",
        ),
        (
            template_code.patched,
            {"a.yaml": "Resources:\n  X: &x\n    Type: AWS::Lambda::Function\n    Again: *x\n"},
            "no template has the function orders; `a.yaml` cannot be read: its aliases repeat too much of it",
        ),
        (
            serverless_code.patched,
            {"serverless.yml": "service: shop\nfunctions: {orders: {name: orders}}\nresources: [a]\n"},
            "`serverless.yml`: `resources` is not laid out line by line",
        ),
    ],
)
def test_what_cannot_be_told_is_left_to_a_person_with_the_reason(
    patcher: Patcher, files: dict[str, str], why: str
) -> None:
    changes = patched(patcher, files)

    assert (changes.stages, changes.done) == ((), frozenset())
    assert {each[: len(why)] for each in changes.reasons.values()} == {why}


ROUTES = """
resource "aws_apigatewayv2_route" "all" {
  api_id    = aws_apigatewayv2_api.orders.id
  route_key = "ANY /{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
}

resource "aws_apigatewayv2_route" "health" {
  api_id    = aws_apigatewayv2_api.orders.id
  route_key = "GET /health"
  target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
}
"""


def test_terraform_leaves_alone_what_went_straight_to_the_service() -> None:
    """A rule that sends to an API destination has another role and input too: that is more than its ARN."""
    code = text_of("http_api.tf") + ROUTES
    both = {each.name: each for each in (*standing(), *standing("direct"))}
    changes = terraform_code.patched({"main.tf": code}, tuple(both.values()), "orders", "live")
    now = hcl.parse(after({"main.tf": code}, changes)["main.tf"])

    ignored = {
        ".".join(each.labels): [str(getattr(one, "text", one)) for one in inner.values["ignore_changes"]]
        for each in now
        if (inner := each.inner("lifecycle")) and isinstance(inner.values["ignore_changes"], list)
    }
    assert ignored == {
        "aws_cloudwatch_event_target.paid": [
            *("arn", "http_target", "input", "input_path", "input_transformer", "role_arn"),
        ],
        "aws_lambda_event_source_mapping.jobs": ["enabled"],
        "aws_apigatewayv2_route.all": ["target"],
        "aws_apigatewayv2_route.health": ["target"],
    }
    assert changes.reasons == {}
    template = template_code.patched({"stack.yaml": text_of("stack.yaml")}, tuple(both.values()), "orders", "live")
    assert template.reasons == {
        "paid_t1": "more changes than where it leads",
        "news_https_subscription": "CloudFormation cannot import it",
    }


def test_a_file_that_cannot_be_read_keeps_no_other_from_its_patch() -> None:
    broken = 'resource "aws_lambda_function" "x" {\n'

    for patcher, path, bad in (
        (terraform_code.patched, "infra/http_api.tf", {"other/broken.tf": broken}),
        (template_code.patched, "stack.yaml", {"a.yaml": "Resources: [AWS::\n"}),
        (serverless_code.patched, "serverless.yml", {"other/serverless.yml": "service: [\n"}),
    ):
        alone = {path: text_of(path.rpartition("/")[2])}
        assert patched(patcher, {**alone, **bad}) == patched(patcher, alone)


REFERENCES = ("{Ref: [Orders]}", "{Ref: {}}", "{Fn::GetAtt: []}", "{Fn::GetAtt: {a: b}}", "{Fn::Sub: [[]]}", "[[{}]]")


@pytest.mark.parametrize("written", REFERENCES)
def test_a_reference_that_nobody_writes_is_left_alone(written: str) -> None:
    text = text_of("stack.yaml").replace("FunctionName: !Ref Orders", f"FunctionName: {written}")

    assert "jobs_mapping" in patched(template_code.patched, {"stack.yaml": text}).reasons


def test_a_template_imports_first_and_then_leads_to_the_alias() -> None:
    changes = patched(template_code.patched, {"stack.yaml": text_of("stack.yaml")})
    _, (second,) = (stage.patches for stage in changes.stages)
    now = yaml_text.load(second.after)["Resources"]
    assert isinstance(now, dict)

    uri = "      IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    assert [line for line in second.diff().split("\n")[2:] if line[:1] in ("-", "+")] == [
        f"-{uri}${{Orders.Arn}}/invocations",
        f"+{uri}${{LiveAlias}}/invocations",
        "-        Fn::GetAtt:",
        "-          - Orders",
        "-          - Arn   # the function",
        "+        !Ref LiveAlias   # the function",
        "-          Arn: !GetAtt Orders.Arn",
        "+          Arn: !Ref LiveAlias",
        "-      FunctionName: !Ref Orders",
        "+      FunctionName: !Ref LiveAlias",
    ]
    assert now["NewsSubscription"]["Properties"]["Endpoint"] == {"Ref": "LiveAlias"}
    assert [each["LogicalResourceId"] for each in changes.stages[0].imports] == [
        "LiveAlias",
        "LiveFromApigatewayLm43a93426",
        "LiveFromSnsLmB7c8d299",
        "LiveFromEventsLm2fa0c3f8",
        "LiveRetries",
    ]


def test_an_event_of_sam_becomes_the_resource_that_sam_makes_of_it() -> None:
    changes = patched(template_code.patched, {"sam.yaml": text_of("sam.yaml")})
    now = yaml_text.load(changes.stages[1].patches[0].after)["Resources"]
    assert isinstance(now, dict)

    assert "Events" not in now["OrdersFunction"]["Properties"]
    assert now["OrdersFunction"]["Properties"]["Policies"] == [
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
    ]
    assert now["OrdersFunctionJobs"] == {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["JobsQueue", "Arn"]},
            "BatchSize": 5,
            "ScalingConfig": {"MaximumConcurrency": 4},
            "FunctionName": {"Ref": "LiveAlias"},
        },
    }
    assert now["OrdersFunctionPaid"] == {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": "shop",
            "Name": "paid",
            "EventPattern": {"source": ["shop.payments"], "detail-type": ["paid"]},
            "Targets": [{"Id": "t1", "Arn": {"Ref": "LiveAlias"}}],
        },
    }


@pytest.mark.parametrize("name", ["stack.yaml", "sam.yaml"])
def test_a_patched_template_has_no_finding_of_cfn_lint(name: str) -> None:
    from cfnlint.api import lint  # noqa: PLC0415  # takes a second to import

    changes = patched(template_code.patched, {name: text_of(name)})

    assert [str(each) for each in lint(changes.stages[1].patches[0].after)] == []


def test_serverless_extends_what_it_makes_of_events() -> None:
    changes = patched(serverless_code.patched, {"serverless.yml": text_of("serverless.yml")})
    now = yaml_text.load(changes.stages[1].patches[0].after)["resources"]
    assert isinstance(now, dict)

    assert list(now["Resources"])[:2] == ["JobsQueue", "LiveAlias"]
    assert now["Resources"]["LiveAlias"]["Properties"]["FunctionName"] == {"Ref": "OrdersLambdaFunction"}
    assert now["extensions"] == {
        "HttpApiIntegrationOrders": {"Properties": {"IntegrationUri": {"Ref": "LiveAlias"}}},
        "OrdersEventSourceMappingSQSJobsQueue": {"Properties": {"FunctionName": {"Ref": "LiveAlias"}}},
    }
    assert set(changes.reasons) == {"news_lambda_subscription", "paid_t1"}


def test_a_patch_says_which_files_it_does_not_fit() -> None:
    patches = [Patch("a b.tf", "1\n-- 2\n3\n4", "1\n++ 2\n3\n5\n"), Patch("new.tf", None, "x\ny")]
    diff = "".join(each.diff() for each in patches)
    moved = {"a b.tf": "0\n0\n1\n-- 2\n3\n4"}

    assert misfits(diff, {"a b.tf": "1\n-- 2\n3\n4"}.get) == (("a b.tf", ""), ("new.tf", ""))
    assert misfits(diff, moved.get) == (("a b.tf", ""), ("new.tf", ""))
    assert misfits(diff, {"a b.tf": "1\n-- 2\n3\n4\n", "new.tf": ""}.get) == (
        ("a b.tf", "line 1 and those around it are not what they were"),
        ("new.tf", "exists already"),
    )
    assert misfits(diff, lambda _path: None) == (("a b.tf", "does not exist"), ("new.tf", ""))
    with pytest.raises(Unfit, match="not a unified diff"):
        misfits("--- a\n", moved.get)
    with pytest.raises(Unfit, match="two changes meet in one place"):
        edited("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


def test_texts_in_lists_are_no_templates_of_terraform_either() -> None:
    assert written(["${a}", "%{b}", 7, True], "live") == '["$${a}", "%%{b}", 7, true]'
