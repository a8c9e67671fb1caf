"""Whether a deployment keeps the flips, whatever the document is."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.handover.check import check, read
from lambda_migrate.handover.finding import Finding
from lambda_migrate.handover.model import Flip
from tests.handover.plans import ALIAS, standing


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_any_shell_is_read(encoding: str) -> None:
    """PowerShell's `>` writes UTF-16."""
    assert read('{"Changes": []}'.encode(encoding)) == {"Changes": []}


def test_what_is_not_looked_for_is_unknown_unless_the_migration_made_it() -> None:
    things = [Flip("pipe", "pipe jobs: orders → orders:live"), Flip("made", "API destination: create", made=True)]

    assert check({"resource_changes": []}, things) == (
        Finding(
            "pipe jobs: orders → orders:live",
            "unknown",
            "this check does not cover its type: look for it in the plan yourself",
        ),
    )


ODD = (None, 1, "x", [], {}, [None], {"a": [1]}, True)


@pytest.mark.parametrize("seed", range(3))
def test_documents_of_odd_values_raise_nothing(seed: int) -> None:
    print(f"seed {seed}")
    random = Random(seed)

    def odd(depth: int = 0) -> Any:
        names = ("type", "change", "before", "after", "actions", "after_unknown", "function_name", "name", "Details")
        names += ("ResourceChange", "ResourceType", "Target", "Name", "Path", "AfterValue", "Attribute", "Action")
        if depth > 4 or random.random() < 0.3:
            return random.choice((*ODD, "aws_lambda_alias", "AWS::Lambda::Alias", "Properties", ALIAS, ["update"]))
        if random.random() < 0.3:
            return [odd(depth + 1) for _ in range(2)]
        return {name: odd(depth + 1) for name in random.sample(names, 5)}

    for _ in range(40):
        for key in ("resource_changes", "Changes"):
            told = check({key: [odd() for _ in range(3)], "deferred_changes": odd(), "Status": odd()}, standing())
            assert {each.outcome for each in told} <= {"keeps", "undoes", "unknown"}


@pytest.mark.parametrize("document", [[], {}, {"Changes": 3}, "text", None])
def test_what_is_neither_is_refused(document: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        check(document, standing())

    assert raised.value.message == "neither a Terraform plan nor a change set"
