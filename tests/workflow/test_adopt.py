from __future__ import annotations

from lambda_migrate.function.model import Alias
from lambda_migrate.workflow.adopt import rebuilt
from tests.planner import worlds


def test_what_pins_versions_is_known_again_so_that_a_rollback_removes_it() -> None:
    aliases = (Alias("lambda-migrate", "1"), Alias("lambda-migrate-2", "2"), Alias("live", "3"))
    found = worlds.inventory(versions=worlds.signed("k1", "k2").function.versions, aliases=aliases)

    published, moved = rebuilt(found.function, "live", "f" * 64)

    assert [step.action.describe() for step in published.steps[1:]] == ["alias lambda-migrate-2: none → 2"]
    assert [step.id for step in (*published.steps, *moved.steps)] == [
        "01-publish_version",
        "02-pin_version",
        "01-shift_weight",
    ]
