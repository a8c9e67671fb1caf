"""Whatever ends with exit code 3 names a gate, in --json and on the screen, and `explain` has its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

ECS = "target: {kind: ecs, network: {vpc: vpc-1, subnets: [subnet-1, subnet-2]}}"
REFUSED = {
    "cleanup --yes": "nothing-left",
    "freeze --check": "not-frozen",
    "freeze --lift --yes": "not-frozen",
    "freeze --enforce": "not-frozen",
    "verify": "check-failed",
    "doctor": "check-failed",
    "service status": "service-condition",
    "service rollback --yes": "no-earlier-deployment",
    "service deploy --yes": "no-repository",
}


def test_each_refusal_names_a_gate_that_has_a_page(user: User) -> None:
    user.configure(directory="service")
    file = user.folder / "migration.yaml"
    file.write_text(file.read_text().replace("directory: 'service'", f"directory: 'service', {ECS}"))

    answers = {line: user(*line.split(), "--json") for line in REFUSED}
    pages = {gate: user("explain", gate).code for gate in REFUSED.values()}

    assert {line: (answer.code, answer.json["errors"][0].get("gate")) for line, answer in answers.items()} == {
        line: (3, gate) for line, gate in REFUSED.items()
    }
    assert set(pages.values()) == {0}


def test_a_person_reads_where_the_page_is(user: User) -> None:
    assert user("freeze", "--check").err.endswith(
        "error: the function is not frozen\n\n"
        "hint: `lambda-migrate freeze` announces it\nmore: lambda-migrate explain not-frozen\n"
    )
