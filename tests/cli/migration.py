"""A function with a trigger of each kind, whose proxy is deployed by the command line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate import inventory
from tests.inventory.world import build
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.inventory.world import World
    from tests.support.screen import Answer


@dataclass(frozen=True)
class Migration:
    """A function with a trigger of each kind, whose proxy is deployed."""

    run: Callable[..., Answer]
    folder: Path
    aws: Aws
    world: World
    original: inventory.Inventory

    def found(self) -> inventory.Inventory:
        return inventory.take(self.aws, self.world.name, alias="live")

    def qualifiers(self) -> dict[str, str]:
        """Return what each kind of trigger invokes; "" is the unqualified function."""
        return {trigger.kind: trigger.qualifier for trigger in self.found().triggers if trigger.enabled}


@contextmanager
def migrating(
    run: Callable[..., Answer], folder: Path, aws: Aws, client: Callable[[str], Any], arn: str, name: str
) -> Iterator[Migration]:
    """Deploy the proxy of a function."""
    world = build(client, arn)
    original = inventory.take(aws, name, alias="live")
    client("secretsmanager").create_secret(Name=f"{name}/keys", SecretString="k1:the-signing-secret")
    with serving() as service:
        (folder / "migration.yaml").write_text(
            f"function: {name}\nservice: {{url: '{service.url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{name}/keys'}}\n"
            "cutover: {propagation: false, bake: 1s}\nverify: {timeout: 1s, slow: 60s, probes: 1, arrival: 0s}\n"
        )
        assert run("proxy", "deploy", "--yes").code == 0
        yield Migration(run, folder, aws, world, original)
