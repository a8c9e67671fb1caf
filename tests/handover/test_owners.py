"""Who owns a function: by tags, and by what lies beside the code."""

from __future__ import annotations

import pytest

from lambda_migrate.handover.model import Owner
from lambda_migrate.handover.owners import owners

STACK = {"aws:cloudformation:stack-name": "shop"}
TAG = "tag aws:cloudformation:stack-name is shop"


@pytest.mark.parametrize(
    ("tags", "files", "expected"),
    [
        ({}, [], ()),
        (STACK, [], (Owner("cloudformation", (TAG,), "shop"),)),
        (
            {**STACK, "lambda:createdBy": "SAM"},
            ["samconfig.toml"],
            (Owner("sam", (TAG, "tag lambda:createdBy is SAM", "samconfig.toml"), "shop"),),
        ),
        (STACK, ["../cdk.json"], (Owner("cdk", (TAG, "../cdk.json"), "shop"),)),
        (STACK, ["infra/serverless.yml"], (Owner("serverless", (TAG, "infra/serverless.yml"), "shop"),)),
        ({"aws-chalice": "version=1"}, [], (Owner("chalice", ("tag aws-chalice is version=1",)),)),
        (
            {},
            ["infra/main.tf", "infra/.terraform.lock.hcl", "Pulumi.yaml"],
            (Owner("terraform", ("infra/.terraform.lock.hcl", "infra/main.tf")), Owner("pulumi", ("Pulumi.yaml",))),
        ),
        (STACK, ["main.tf"], (Owner("cloudformation", (TAG,), "shop"), Owner("terraform", ("main.tf",)))),
    ],
)
def test_the_owner_is_who_the_evidence_points_to(
    tags: dict[str, str], files: list[str], expected: tuple[Owner, ...]
) -> None:
    assert owners(tags, files) == expected
