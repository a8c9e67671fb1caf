"""Lambda: the function itself, and the versions that are published from it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import NotModelledError, Refused, conflict, missing, stale
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

LATEST = "$LATEST"
PACKAGES = "https://packages.example.com/"
_STATES = ("State", "LastUpdateStatus")
_NEVER_COMPARED = ("Version", "Description", "LastModified", "RevisionId", "FunctionArn", "Until", "Pending")


class Functions(ABC):
    """Functions and their versions."""

    world: World

    def __init__(self, world: World) -> None:
        self.world = world
        self.latest = Shelf(world)
        self.versions = Shelf(world)
        self.numbers: dict[str, int] = {}

    def arn(self, name: str, qualifier: str = "") -> str:
        """Return the ARN of a function, or of a qualifier of it."""
        return self.world.arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))

    @staticmethod
    def named(given: str) -> str:
        """Return the name of a function that is given by name or ARN, without its qualifier."""
        return given.partition(":function:")[2].partition(":")[0] or given.partition(":")[0]

    def qualifier(self, given: str) -> str:
        """Return the qualifier of an ARN or a name, or ""."""
        rest = given.partition(":function:")[2] or given
        return rest.partition(":")[2]

    def require(self, given: str) -> str:
        """Return the name of a function that is there.

        Raises:
            Refused: It is not.
        """
        name = self.named(given)
        if name not in self.latest.truth:
            raise missing(f"Function not found: {self.arn(name)}")
        return name

    def is_updating(self, name: str) -> bool:
        """Return whether an update of the function is in progress."""
        return self.world.working_until(self.latest.truth[name].get("Until", 0.0))

    def _shown(self, document: Document, *, listed: bool = False) -> Document:
        shown = {name: each for name, each in document.items() if name not in ("Until", "Pending")}
        if listed:
            return shown
        pending = self.world.working_until(document.get("Pending", 0.0))
        updating = self.world.working_until(document.get("Until", 0.0))
        return {
            **shown,
            "State": "Pending" if pending else "Active",
            "LastUpdateStatus": "InProgress" if updating else "Successful",
        }

    def _read(self, given: str, qualifier: str | None) -> Document:
        name = self.named(given)
        wanted = qualifier or self.qualifier(given) or LATEST
        if wanted == LATEST:
            found = self.latest.seen(name)
            if found is not None and qualifier == LATEST:
                found = {**found, "FunctionArn": self.arn(name, LATEST)}
        else:
            alias = self.aliases.seen(f"{name}:{wanted}")  # type: ignore[attr-defined]  # of a sister
            found = self.versions.seen(f"{name}:{alias['FunctionVersion'] if alias else wanted}")
        if found is None:
            raise missing(f"Function not found: {self.arn(name, qualifier or '')}")
        return found

    def create_function(self, *, FunctionName: str, Code: Document, **settings: Any) -> Document:
        content = self._kept(Code["ZipFile"])
        document = {
            "Timeout": 3,
            "MemorySize": 128,
            "PackageType": "Zip",
            "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512},
            "TracingConfig": {"Mode": "PassThrough"},
            **settings,
            "FunctionName": FunctionName,
            "FunctionArn": self.arn(FunctionName),
            "CodeSha256": content,
            "CodeSize": len(Code["ZipFile"]),
            "Description": settings.get("Description", ""),
            "Version": LATEST,
            "LastModified": self._stamp(),
            "RevisionId": self.world.uuid(),
        }
        self.latest.put(FunctionName, document)
        return self._shown(document)

    def _kept(self, content: bytes) -> str:
        """Keep a package; return its hash as Lambda writes it."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        self.world.packages[f"{PACKAGES}{digest}"] = content
        return digest

    def update_function_code(self, *, FunctionName: str, ZipFile: bytes) -> Document:
        name = self.require(FunctionName)
        if self.is_updating(name):
            raise conflict(f"The operation cannot be performed at this time. An update is in progress for {name}")
        content = self._kept(ZipFile)
        changed = {"CodeSha256": content, "CodeSize": len(ZipFile), "RevisionId": self.world.uuid()}
        changed |= {"Until": self.world.done_at(), "LastModified": self._stamp()}
        self.latest.put(name, {**self.latest.truth[name], **changed})
        return self._shown(self.latest.truth[name])

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        return self._shown(self._read(FunctionName, Qualifier))

    def get_function(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        found = self._read(FunctionName, Qualifier)
        location = f"{PACKAGES}{found['CodeSha256']}"
        tags = self.tags.get(self.named(FunctionName), {})
        answer = {"Configuration": self._shown(found), "Code": {"RepositoryType": "S3", "Location": location}}
        return {**answer, **({"Tags": dict(tags)} if tags else {})}

    @property
    def tags(self) -> dict[str, dict[str, str]]:
        """Tags of each function."""
        return self.__dict__.setdefault("_tags", {})

    def list_functions(self) -> Document:
        return {"Functions": [self._shown(each, listed=True) for _, each in self.latest.listed()]}

    def list_versions_by_function(self, *, FunctionName: str) -> Document:
        name = self.named(FunctionName)
        latest = self.latest.seen(name)
        if latest is None:
            raise missing(f"Function not found: {self.arn(name)}")
        own = [each for key, each in self.versions.listed() if key.partition(":")[0] == name]
        numbered = sorted(own, key=lambda each: int(each["Version"]))
        first = {**latest, "FunctionArn": self.arn(name, LATEST)}
        return {"Versions": [self._shown(each, listed=True) for each in (first, *numbered)]}

    def update_function_configuration(
        self, *, FunctionName: str, RevisionId: str | None = None, **settings: Any
    ) -> Any:
        name = self.require(FunctionName)
        before = self.latest.truth[name]
        if self.is_updating(name):
            raise conflict(f"The operation cannot be performed at this time. An update is in progress for {name}")
        if RevisionId not in (None, before["RevisionId"]):
            raise stale(name)
        if "Layers" in settings:
            settings["Layers"] = [self._layer(arn, before) for arn in settings["Layers"]]
        after = {**before, **settings, "RevisionId": self.world.uuid(), "LastModified": self._stamp()}
        after["Until"] = self.world.done_at()
        self.latest.put(name, {key: each for key, each in after.items() if each not in ([], {}, {"Variables": {}})})
        return self._shown(self.latest.truth[name])

    def _layer(self, arn: str, before: Document) -> Document:
        known = {each["Arn"]: each for each in before.get("Layers", ())}
        layers = self.layers.truth  # type: ignore[attr-defined]  # of a sister
        if arn not in layers:
            raise Refused("InvalidParameterValueException", f"Layer version {arn} does not exist.")
        return known.get(arn, {"Arn": arn, "CodeSize": layers[arn]["Content"]["CodeSize"]})

    def _stamp(self) -> str:
        return f"{self.world.time.now:.3f}"

    def publish_version(
        self,
        *,
        FunctionName: str,
        Description: str = "",
        CodeSha256: str | None = None,
        RevisionId: str | None = None,
    ) -> Document:
        name = self.require(FunctionName)
        latest = self.latest.truth[name]
        if self.is_updating(name):
            raise conflict(f"The operation cannot be performed at this time. An update is in progress for {name}")
        if RevisionId not in (None, latest["RevisionId"]):
            raise stale(name)
        if CodeSha256 not in (None, latest["CodeSha256"]):
            raise Refused("InvalidParameterValueException", "CodeSHA256 is not the one of $LATEST")
        newest = self.versions.truth.get(f"{name}:{self.numbers.get(name, 0)}")
        if newest is not None and runs(newest) == runs(latest):
            return self._shown(newest)
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        version = {
            **latest,
            "Version": str(number),
            "FunctionArn": self.arn(name, str(number)),
            "Description": Description or latest.get("Description", ""),
            "RevisionId": self.world.uuid(),
            "Pending": self.world.done_at(),
        }
        version.pop("Until", None)
        self.versions.put(f"{name}:{number}", version)
        self.world.services.prune(name)
        return self._shown(version)

    def delete_function(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        name = self.require(FunctionName)
        qualifier = Qualifier or self.qualifier(FunctionName)
        if qualifier:
            key = f"{name}:{qualifier}"
            if key not in self.versions.truth:
                raise missing(f"Function not found: {self.arn(name, qualifier)}")
            if qualifier in self.pinned(name):
                raise conflict("Unable to delete version because the following aliases reference it")
            self.versions.drop(key)
            return {"StatusCode": 204}
        for shelf in self.shelves():
            for key in [each for each in shelf.truth if each.partition(":")[0] == name]:
                shelf.drop(key)
        return {"StatusCode": 204}

    def shelves(self) -> tuple[Shelf, ...]:
        """Return what goes with a function, by names that begin with its own."""
        return self.latest, self.versions

    @abstractmethod
    def pinned(self, name: str) -> set[str]:
        """Return the versions that an alias names."""

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: bytes) -> Document:
        """Answer a probe as the version's proxy would; nothing else is invoked here."""
        version = self._read(FunctionName, Qualifier)
        if json.loads(Payload) != {"lambda-migrate": {"probe": 1}}:
            msg = "the simulation answers probes alone"
            raise NotModelledError(msg)
        if self.world.working_until(version.get("Pending", 0.0)):
            raise conflict("The function is in the Pending state")
        said = self.world.services.service.probed(version)
        return {
            "StatusCode": 200,
            "ExecutedVersion": version["Version"],
            "Payload": io.BytesIO(json.dumps(said).encode()),
        }


def runs(configuration: Document) -> Document:
    """Return what decides how a version runs: two that agree in this are not published twice."""
    return {name: each for name, each in configuration.items() if name not in _NEVER_COMPARED}
