"""`rollback`: all of it or back to a step, from the ledger alone, and the originals are as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from tests.inventory.world import build
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.inventory.world import World
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

CALLED_BY = ["http_api", "sns", "eventbridge", "sqs"]


@dataclass(frozen=True)
class Migration:
    """A function with a trigger of each kind, whose proxy is deployed."""

    run: Callable[..., Answer]
    aws: Aws
    world: World
    original: inventory.Inventory

    def found(self) -> inventory.Inventory:
        return inventory.take(self.aws, self.world.name, alias="live")


@pytest.fixture
def migration(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
) -> Iterator[Migration]:
    world = build(client, make_function(Environment={"Variables": {"PASSWORD": "hunter2"}}))
    original = inventory.take(aws, unique, alias="live")
    client("secretsmanager").create_secret(Name=f"{unique}/keys", SecretString="k1:the-signing-secret")
    with serving() as service:
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\nservice: {{url: '{service.url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{unique}/keys'}}\n"
            "cutover: {settle: false, bake: 1s}\nverify: {timeout: 1s, slow: 60s, probes: 1, arrival: 0s}\n"
        )
        assert run("proxy", "deploy", "--yes").code == 0
        yield Migration(run, aws, world, original)


def test_everything_is_taken_back_from_the_ledger_alone(migration: Migration) -> None:
    assert migration.run("cutover", "--weights", "50,100", "--yes").code == 7  # nobody calls it, so it pauses
    half_way = migration.found()
    moved = {trigger.qualifier for trigger in half_way.triggers if trigger.enabled}
    assert (moved, len(half_way.function.versions)) == ({"live"}, 2)

    answer = migration.run("rollback", "--yes", "--json")

    assert answer.code == 0
    assert [step for step in answer.json["data"]["undone"] if "shift_weight" in step] != []
    found = migration.found()
    assert found.triggers == migration.original.triggers
    assert found.fingerprint == migration.original.fingerprint
    assert sorted({trigger.kind for trigger in found.triggers}) == sorted(CALLED_BY)


def test_back_to_a_step_leaves_that_step_standing_and_the_rest_can_be_done_again(migration: Migration) -> None:
    deployed = migration.found().function

    answer = migration.run("rollback", "--to", "01-publish_version", "--yes", "--json")

    undone = [step.partition("-")[2] for step in answer.json["data"]["undone"]]
    assert undone == ["restore_latest", "publish_version", "configure_latest", "publish_layer"]
    back = migration.found().function
    assert [version.number for version in back.versions] == [deployed.versions[0].number]
    assert back.configuration_sha256 == migration.original.function.configuration_sha256
    assert migration.run("proxy", "deploy", "--yes").code == 0
    assert len(migration.found().function.versions) == 2
