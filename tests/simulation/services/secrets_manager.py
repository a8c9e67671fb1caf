"""Secrets Manager: secrets with one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.refusals import Refused, missing
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

LEARNT = 5.0
"""Seconds until every process of the service has learnt of a secret's new value, at most."""


class SecretsManager:
    """Secrets by name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.secrets = Shelf(world, spread=world.spread(LEARNT))

    def _named(self, given: str) -> str:
        return given.rpartition(":secret:")[2] or given

    def _shown(self, name: str, document: Document) -> Document:
        return {"ARN": self.world.arn("secretsmanager", f"secret:{name}"), "Name": name, **document}

    def get_secret_value(self, *, SecretId: str) -> Document:
        name = self._named(SecretId)
        found = self.secrets.seen(name)
        if found is None:
            raise missing("Secrets Manager can't find the specified secret: it")
        return self._shown(name, found)

    def create_secret(self, *, Name: str, SecretString: str) -> Document:
        if Name in self.secrets.truth:
            raise Refused("ResourceExistsException", f"The operation failed because the secret {Name} already exists.")
        self.secrets.put(Name, {"SecretString": SecretString, "VersionId": self.world.uuid()})
        return {
            name: each for name, each in self._shown(Name, self.secrets.truth[Name]).items() if name != "SecretString"
        }

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> Document:
        name = self._named(SecretId)
        if name not in self.secrets.truth:
            raise missing("Secrets Manager can't find the specified secret: it")
        self.secrets.put(name, {"SecretString": SecretString, "VersionId": self.world.uuid()})
        return {
            name: each for name, each in self._shown(name, self.secrets.truth[name]).items() if name != "SecretString"
        }

    def delete_secret(self, *, SecretId: str, ForceDeleteWithoutRecovery: bool = False) -> Document:
        name = self._named(SecretId)
        if name in self.secrets.truth:
            self.secrets.drop(name)
        return {"Name": name}

    def keys(self, name: str) -> dict[str, str]:
        """Return the signing keys that the service accepts: ``id:secret[,id:secret]``."""
        found = self.secrets.working(name)
        pairs = (pair.partition(":") for pair in (found or {}).get("SecretString", "").split(",") if pair)
        return {identifier: secret for identifier, _, secret in pairs}
