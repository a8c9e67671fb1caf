"""What Terraform's and OpenTofu's code becomes: it leads to the alias, and imports what was made."""

from __future__ import annotations

import json

import pytest

from lambda_migrate.declarations import hcl
from lambda_migrate.handover import template_code, terraform_code
from lambda_migrate.handover.hcl import written
from tests.handover.files import after, changed, text_of
from tests.handover.plans import patched, standing

MADE = (
    "live_alias",
    "live_from_apigateway_lm_43a93426",
    "live_from_events_lm_2fa0c3f8",
    "live_from_sns_lm_b7c8d299",
    "live_retries",
)


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
    assert set(patched(terraform_code.patched, wrong).reasons.values()) == {"no `*.tf` file defines function orders"}


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
        "paid_t1": "more than its target changes",
        "news_https_subscription": "CloudFormation cannot import it",
    }


def test_texts_in_lists_are_no_templates_of_terraform_either() -> None:
    assert written(["${a}", "%{b}", 7, True], "live") == '["$${a}", "%%{b}", 7, true]'
