"""Owners' files in which anything may stand: nothing is raised, and what is changed can be read again."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lambda_migrate.declarations import hcl, yaml_text
from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.handover import serverless_code, template_code, terraform_code
from tests.handover import callers, plans
from tests.handover.files import text_of

if TYPE_CHECKING:
    from lambda_migrate.handover.patchers import Patcher

THINGS = (*plans.standing(), *callers.standing(*callers.ACTIONS[1:]))
ODD = (None, 0, True, "", "x", [], {}, [[]], {"Ref": []}, {"Ref": {"a": 1}}, {"Fn::Sub": []}, {"Fn::GetAtt": 1}, [None])
TEMPLATES = {
    "stack.yaml": template_code.patched,
    "sam.yaml": template_code.patched,
    "callers.yaml": template_code.patched,
}
YAML = {**TEMPLATES, "serverless.yml": serverless_code.patched}


def spoiled(value: Any, random: Random) -> Any:
    """Return a document with one value in it replaced by an odd one."""
    if not isinstance(value, (dict, list)) or not value or random.random() < 0.15:
        return random.choice(ODD)
    copy = value.copy()
    at = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
    copy[at] = spoiled(value[at], random)
    return copy


@pytest.mark.parametrize("name", YAML)
def test_a_template_with_odd_values_raises_nothing(name: str) -> None:
    seed = 20261130
    print(f"seed {seed}")
    random, patcher = Random(seed), YAML[name]
    document = yaml_text.load(text_of(name))

    for _ in range(8):
        text = yaml.safe_dump(spoiled(document, random), sort_keys=False)
        changes = patcher({name: text}, THINGS, "orders", "live")
        assert all(yaml_text.load(each.after) for stage in changes.stages for each in stage.patches)


@pytest.mark.parametrize(("name", "patcher"), [*YAML.items(), ("callers.tf", terraform_code.patched)])
def test_a_file_that_is_cut_off_or_garbled_raises_nothing(name: str, patcher: Patcher) -> None:
    seed = 20261201
    print(f"seed {seed}")
    random, whole = Random(seed), text_of(name)

    for _ in range(8):
        at, end = sorted(random.sample(range(len(whole)), 2))
        text = random.choice(
            (whole[:at], whole[:at] + whole[end:], whole[:at] + random.choice('{}[]"\t\x00&*') + whole[at:])
        )
        changes = patcher({name: text}, THINGS, "orders", "live")
        for each in (each for stage in changes.stages for each in stage.patches):
            read = hcl.parse if each.path.endswith(".tf") else yaml_text.load
            try:
                read(each.after)
            except Unreadable:
                pytest.fail(f"{each.path} cannot be read: {each.diff()}")


def test_of_a_member_that_stands_there_twice_nothing_is_moved() -> None:
    """The first is what stands in the text, the last is what counts."""
    events = "          Type: SQS\n          Properties:\n            Type: AWS::SQS::Queue\n"
    text = text_of("sam.yaml").replace("          Type: SQS\n", events)

    changes = template_code.patched({"sam.yaml": text}, THINGS, "orders", "live")

    assert "jobs_mapping" in changes.reasons
