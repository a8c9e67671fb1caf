"""Who owns what: what AWS shows and what tools have written down, put together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.handover.agents import last_tool
from lambda_migrate.handover.model import Owner
from lambda_migrate.handover.ownership import File, Thing, disputes, owned, tools
from lambda_migrate.handover.states.model import Managed
from tests.inventory.fake_aws import FUNCTION as ARN
from tests.inventory.fake_aws import FakeAws

FUNCTION = Thing("function", "function `orders`", ARN, "orders")
ALIAS = Thing("alias", "alias `live`", f"{ARN}:live", "live")
RULE = Thing("eventbridge", "EventBridge rule `paid`", "paid", "paid")
PIPE = Thing("pipe", "pipe `paid`", "paid", "paid")
THINGS = (FUNCTION, ALIAS, RULE, PIPE)
MADE = (
    Managed("aws_lambda_function.orders", "function", ARN),
    Managed("aws_lambda_alias.live", "alias", f"{ARN}:live"),
    Managed("aws_cloudwatch_event_rule.paid", "eventbridge", "paid"),
)
STATE = File("terraform", "infra/terraform.tfstate", MADE)


def told(*files: File, stacks: dict[str, str] | None = None, known: tuple[Owner, ...] = ()) -> list[str]:
    return [str(each) for each in owned(THINGS, files, stacks or {}, known)]


def test_each_thing_that_the_state_names_is_terraforms_and_others_are_not() -> None:
    assert told(STATE) == [
        "terraform: `aws_lambda_function.orders` in `infra/terraform.tfstate`",
        "terraform: `aws_lambda_alias.live` in `infra/terraform.tfstate`",
        "terraform: `aws_cloudwatch_event_rule.paid` in `infra/terraform.tfstate`",
        "unknown",
    ]


def test_what_was_made_is_believed_before_what_the_code_names() -> None:
    code = File(
        "terraform", "infra/main.tf", (Managed("aws_lambda_function.other", "function", "orders", by_name=True),)
    )

    assert told(STATE, code)[0] == "terraform: `aws_lambda_function.orders` in `infra/terraform.tfstate`"
    assert told(code)[0] == "terraform: `aws_lambda_function.other` in `infra/main.tf`"


def test_an_alias_of_that_name_counts_only_where_the_same_tool_has_the_function() -> None:
    alias = Managed("aws_lambda_alias.live", "alias", "live", by_name=True)
    function = Managed("aws_lambda_function.orders", "function", "orders", by_name=True)

    assert told(File("terraform", "main.tf", (alias,)))[1] == "unknown"
    assert told(File("terraform", "main.tf", (alias, function)))[1] == "terraform: `aws_lambda_alias.live` in `main.tf`"


def test_a_stack_is_named_by_the_tool_that_deploys_it() -> None:
    stacks = {ARN: "shop", "paid": "shop"}
    known = (Owner("sam", ("tag lambda:createdBy is SAM",), "shop"), Owner("terraform", ("main.tf",)))

    assert told(stacks=stacks, known=known) == ["sam: stack shop", "unknown", "sam: stack shop", "sam: stack shop"]


def test_what_chalice_wrote_of_its_own_stack_is_one_owner() -> None:
    deployed = File("chalice", ".chalice/deployed/dev.json", (Managed("api of stage dev", "function", ARN),))

    assert told(deployed, stacks={ARN: "shop"}, known=(Owner("chalice", (), "shop"),))[0] == "chalice: stack shop"


def test_two_owners_of_one_thing_are_told() -> None:
    both = owned(THINGS, (STATE,), {f"{ARN}:live": "shop"}, ())

    (told,) = disputes(both)
    assert told == (
        "alias `live` has 2 owners (cloudformation: stack shop and terraform: `aws_lambda_alias.live` in"
        " `infra/terraform.tfstate`): the one that deploys last decides; remove it from the code and the state of all"
        " but one"
    )


def test_two_states_of_one_tool_are_two_owners_unless_one_is_a_copy() -> None:
    code = File("terraform", "main.tf", (Managed("aws_lambda_function.orders", "function", "orders", by_name=True),))
    one, copy, other = (
        replace(STATE, path=path, lineage=lineage) for path, lineage in (("a", "l-1"), ("copy", "l-1"), ("b", "l-2"))
    )

    assert told(one, copy, code)[0] == "terraform: `aws_lambda_function.orders` in `a`"
    assert told(one, copy, other, code)[0] == (
        "terraform: `aws_lambda_function.orders` in `a` and terraform: `aws_lambda_function.orders` in `b`"
    )
    assert [each.evidence for each in tools(owned(THINGS[:1], (one, other), {}, ()))] == [
        ("`aws_lambda_function.orders` in `a`", "`aws_lambda_function.orders` in `b`")
    ]


def test_each_tool_is_written_for_once_with_all_that_says_so() -> None:
    """Two stacks may have the function and a trigger: their tool's change is one."""
    both = owned(THINGS, (STATE,), {ARN: "shop", "paid": "rules"}, (Owner("terraform", ("main.tf",)),))

    assert tools(both) == (
        Owner(
            "cloudformation",
            ("stack shop", "EventBridge rule `paid`: stack rules", "pipe `paid`: stack rules"),
            "shop",
        ),
        Owner(
            "terraform",
            (
                "`aws_lambda_function.orders` in `infra/terraform.tfstate`",
                "alias `live`: `aws_lambda_alias.live` in `infra/terraform.tfstate`",
                "EventBridge rule `paid`: `aws_cloudwatch_event_rule.paid` in `infra/terraform.tfstate`",
            ),
        ),
    )
    assert tools(owned(THINGS, (), {}, (Owner("terraform", ("main.tf",)),))) == (
        Owner("terraform", ("perhaps: main.tf",)),
    )
    assert tools(owned(THINGS, (), {}, ())) == ()


def test_where_nothing_is_written_down_what_lies_beside_the_code_tells() -> None:
    known = (Owner("terraform", ("main.tf",)),)

    assert told(known=known) == ["perhaps terraform: main.tf", "unknown", "unknown", "unknown"]
    assert told(known=(Owner("zappa", ("tag ZappaProject is orders",)),))[0] == "zappa: tag ZappaProject is orders"


def event(name: str, agent: str) -> dict[str, Any]:
    return {"EventName": name, "CloudTrailEvent": json.dumps({"userAgent": agent})}


@pytest.mark.parametrize(
    ("agent", "tool"),
    [
        ("APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+https://example.com) terraform-provider-aws/5.60.0", "terraform"),
        ("APN/1.0 OpenTofu/1.0 terraform-provider-aws/5.60.0", "terraform"),
        ("APN/1.0 Pulumi/1.0 PulumiAWS/6.0 terraform-provider-aws/5.60.0", "pulumi"),
        ("cloudformation.amazonaws.com", "cloudformation"),
        ("aws-chalice/1.31.0 Python/3.12", "chalice"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "console"),
    ],
)
def test_the_tool_that_changed_it_last_is_known_by_its_user_agent(agent: str, tool: str) -> None:
    ours = event("UpdateFunctionConfiguration20150331v2", "lambda-migrate/1.0 Boto3/1.40")
    read = event("GetFunction20150331v2", "aws-cli/2")
    aws = FakeAws({"cloudtrail:lookup_events": {"Events": [ours, read, event("UpdateFunctionCode20150331v2", agent)]}})

    assert last_tool(aws, "orders") == Owner(tool, (f"CloudTrail: UpdateFunctionCode by {tool}",))  # type: ignore[arg-type]
    assert aws.calls == ["cloudtrail:lookup_events"]


@pytest.mark.parametrize(
    "answer",
    [
        NotAllowed("denied"),
        {"Events": []},
        {"Events": [{"EventName": "UpdateFunctionCode20150331v2", "CloudTrailEvent": "<html>"}]},
        {"Events": [event("UpdateFunctionCode20150331v2", "aws-sdk-go/1.44")]},
    ],
    ids=["not allowed", "none", "not JSON", "any program"],
)
def test_what_cloudtrail_does_not_tell_is_unknown(answer: Any) -> None:
    assert last_tool(FakeAws({"cloudtrail:lookup_events": answer}), "orders") is None  # type: ignore[arg-type]
