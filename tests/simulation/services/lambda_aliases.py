"""Lambda: aliases, their weights, and what moves them step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused, conflict, missing, stale
from tests.simulation.services.lambda_functions import LATEST, Functions
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

STEPWISE = 60.0
"""Seconds that an alias with provisioned concurrency may take to move."""


class Aliases(Functions):
    """Aliases by ``function:alias``."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.aliases = Shelf(world)
        self.provisioned: dict[str, int] = {}

    def shelves(self) -> tuple[Shelf, ...]:
        return *super().shelves(), self.aliases

    def pinned(self, name: str) -> set[str]:
        own = [each for key, each in self.aliases.truth.items() if key.partition(":")[0] == name]
        return {number for each in own for number in (each["FunctionVersion"], *weights(each))}

    def has(self, name: str, qualifier: str) -> bool:
        """Return whether a qualifier is there: "" is the function."""
        if not qualifier or qualifier == LATEST:
            return name in self.latest.truth
        key = f"{name}:{qualifier}"
        return key in self.aliases.truth or key in self.versions.truth

    def _shown(self, document: Document, *, listed: bool = False) -> Document:
        if "AliasArn" not in document:
            return super()._shown(document, listed=listed)
        moving = self.world.working_until(document.get("Until", 0.0))
        shown = {name: each for name, each in document.items() if name not in ("Until", "From")}
        if moving and document["From"] != document["FunctionVersion"]:
            half = {"AdditionalVersionWeights": {document["FunctionVersion"]: 0.5}}
            return {**shown, "FunctionVersion": document["From"], "RoutingConfig": half}
        return shown

    def get_alias(self, *, FunctionName: str, Name: str) -> Document:
        found = self.aliases.seen(f"{self.named(FunctionName)}:{Name}")
        if found is None:
            raise missing(f"Cannot find alias arn: {self.arn(self.named(FunctionName), Name)}")
        return self._shown(found)

    def list_aliases(self, *, FunctionName: str) -> Document:
        name = self.named(FunctionName)
        if self.latest.seen(name) is None:
            raise missing(f"Function not found: {self.arn(name)}")
        own = [each for key, each in self.aliases.listed() if key.partition(":")[0] == name]
        return {"Aliases": [self._shown(each) for each in own]}

    def create_alias(
        self, *, FunctionName: str, Name: str, FunctionVersion: str, Description: str = "", RoutingConfig: Any = None
    ) -> Document:
        name = self.require(FunctionName)
        key = f"{name}:{Name}"
        if key in self.aliases.truth:
            raise conflict(f"Alias already exists: {self.arn(name, Name)}")
        alias = {
            "AliasArn": self.arn(name, Name),
            "Name": Name,
            "FunctionVersion": FunctionVersion,
            "Description": Description,
            "RevisionId": self.world.uuid(),
            **({"RoutingConfig": RoutingConfig} if RoutingConfig else {}),
        }
        self._require_versions(name, alias)
        self.aliases.put(key, alias)
        return self._shown(alias)

    def update_alias(
        self,
        *,
        FunctionName: str,
        Name: str,
        FunctionVersion: str | None = None,
        Description: str | None = None,
        RoutingConfig: Any = None,
        RevisionId: str | None = None,
    ) -> Document:
        name = self.require(FunctionName)
        key = f"{name}:{Name}"
        before = self.aliases.truth.get(key)
        if before is None:
            raise missing(f"Cannot find alias arn: {self.arn(name, Name)}")
        if RevisionId not in (None, before["RevisionId"]):
            raise stale(f"alias {Name}")
        given = {"FunctionVersion": FunctionVersion, "Description": Description, "RoutingConfig": RoutingConfig}
        after = {**before, **{field: each for field, each in given.items() if each is not None}}
        after["RevisionId"] = self.world.uuid()
        if not weights(after):
            after.pop("RoutingConfig", None)
        self._require_versions(name, after)
        if key in self.provisioned:
            if weights(after):
                raise Refused("InvalidParameterValueException", "Alias with weights can not be used with Provisioned")
            after |= {"From": before["FunctionVersion"], "Until": self.world.done_at(STEPWISE)}
        self.aliases.put(key, after)
        self.world.services.prune(name)
        return self._shown(after)

    def _require_versions(self, name: str, alias: Document) -> None:
        for number in (alias["FunctionVersion"], *weights(alias)):
            if number == LATEST and not weights(alias):
                continue
            if f"{name}:{number}" not in self.versions.truth:
                raise missing(f"Function not found: {self.arn(name, number)}")
        if alias["FunctionVersion"] in weights(alias):
            raise Refused("InvalidParameterValueException", "The weighted version is the alias' own")

    def delete_alias(self, *, FunctionName: str, Name: str) -> Document:
        name = self.require(FunctionName)
        key = f"{name}:{Name}"
        for shelf in self.of_qualifiers():
            if key in shelf.truth:
                shelf.drop(key)
        self.world.services.prune(name)
        return {}

    def of_qualifiers(self) -> tuple[Shelf, ...]:
        """Return what goes with an alias."""
        return (self.aliases,)

    def get_provisioned_concurrency_config(self, *, FunctionName: str, Qualifier: str) -> Document:
        number = self.provisioned.get(f"{self.named(FunctionName)}:{Qualifier}")
        if number is None:
            raise Refused("ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config", 404)
        return {"RequestedProvisionedConcurrentExecutions": number, "Status": "READY"}

    def list_provisioned_concurrency_configs(self, *, FunctionName: str) -> Document:
        name = self.require(FunctionName)
        listed = [
            {
                "FunctionArn": self.arn(name, key.partition(":")[2]),
                "RequestedProvisionedConcurrentExecutions": number,
                "Status": "READY",
            }
            for key, number in sorted(self.provisioned.items())
            if key.partition(":")[0] == name
        ]
        return {"ProvisionedConcurrencyConfigs": listed}


def weights(alias: Document) -> dict[str, float]:
    """Return the weights of an alias."""
    found: dict[str, float] = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return found
