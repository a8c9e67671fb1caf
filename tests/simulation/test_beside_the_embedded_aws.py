"""The same walk in the simulation and in the embedded AWS: to the proxy, to a tenth of the traffic, and back.

After each step all that the program reads of a function is compared, less ids that AWS draws and the names of places.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.config import Migration, parse
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.planner import cutover, proxy
from lambda_migrate.proxy import layer
from tests.inventory.world import build
from tests.simulation.faults import Process
from tests.simulation.session import SimulatedAws
from tests.simulation.world import FUNCTION, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.plan import Plan, Step
    from tests.inventory.world import World as Made

pytestmark = pytest.mark.sandbox

CODE = "handler = print\n"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=^lm-)[0-9a-f]{8}$")
"""What AWS draws, and what of a statement's id is made from ARNs."""

DRAWN = (
    "FilterPolicyScope",
    "code_sha256",
    "code_size",
    "configuration_sha256",
    "description",
    "endpoint",
    "last_modified",
    "runtime_updates",
)
"""What is made from names of places, times and packages, and so differs; and what the embedded AWS does not tell."""


@dataclass
class Walk:
    """A function, what reads and writes, and where the ledger is."""

    aws: Aws
    made: Made
    config: Migration
    ledger: Path
    sleep: Callable[[float], None]
    now: Callable[[], float]

    def documents(self) -> Any:
        """Return what the program reads, in words that are the same everywhere."""
        document = self._spoken(self._found().to_dict())
        document["triggers"].sort(
            key=lambda each: json.dumps(each, sort_keys=True)
        )  # they are sorted by what AWS draws
        return document

    def _found(self) -> inventory.Inventory:
        return inventory.take(self.aws, self.made.name, alias="live")

    def _spoken(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._spoken(key): self._spoken(each) for key, each in value.items() if key not in DRAWN}
        if isinstance(value, list):
            return [self._spoken(each) for each in value]
        return self._words(value) if isinstance(value, str) else value

    def _words(self, text: str) -> str:
        made, (region, account) = self.made, self.made.arn.split(":")[3:5]
        named = {made.api: "API", made.integration: "INTEGRATION", made.mapping: "MAPPING", made.name: "FUNCTION"}
        named |= {route: f"ROUTE {key}" for key, route in made.routes.items()}
        for word, stands in (named | {account: "ACCOUNT", region: "REGION"}).items():
            text = text.replace(word, stands)
        return UUID.sub("UUID", text)

    def go(self) -> Iterator[tuple[str, Any]]:
        """Go, and yield what there is after each step."""
        yield "as its owners have it", self.documents()
        sha256 = layer.build().sha256
        self._run(proxy.plan(self._found(), self.config, events="all", layer_sha256=sha256, signing_key="k1"))
        yield "the proxy is published", self.documents()
        self._run(cutover.plan(self._found(), self.config, weights=(10,)))
        yield "a tenth is there", self.documents()
        with self._executor() as executor:
            assert [each for each in executor.way_back().stayed if each.error] == []
        yield "everything is back", self.documents()

    def _run(self, plan: Plan) -> None:
        assert plan.blockers == ()
        with self._executor() as executor:
            executor.run(plan)

    def _executor(self) -> Opened:
        return Opened(self)


@dataclass
class Opened:
    """An executor over the open ledger."""

    walk: Walk

    def __enter__(self) -> Executor:
        walk = self.walk
        arn = walk.made.arn
        identity = Identity(arn.split(":")[4], arn.split(":")[3], arn)
        self._ledger = Ledger.open(walk.ledger, identity, command="walk", by="alice")
        return Executor(self._ledger, walk.aws, judge=passing, sleep=walk.sleep, now=walk.now)

    def __exit__(self, *_: object) -> None:
        self._ledger.close()


def leaves(value: Any, at: str = "") -> dict[str, Any]:
    """Return every value of a document by its path, so that a difference is seen at a glance."""
    if isinstance(value, dict):
        return {path: leaf for name, each in value.items() for path, leaf in leaves(each, f"{at}.{name}").items()}
    if isinstance(value, list):
        return {path: leaf for place, each in enumerate(value) for path, leaf in leaves(each, f"{at}[{place}]").items()}
    return {at: value}


def different(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by its path."""
    both = ((path, (ours.get(path), theirs.get(path))) for path in {**ours, **theirs})
    return {path: (mine, other) for path, (mine, other) in both if mine != other}


def passing(_step: Step, _since: float, *, first: float, final: bool) -> Verdict:
    return Verdict("pass", ())


def configured(name: str) -> Migration:
    return parse(
        f"function: {name}\n"
        "service: {url: 'https://service.example.com'}\n"
        f"proxy: {{signing_keys: 'secretsmanager:{name}/keys'}}\n"
        "cutover: {propagation: false, bake: 0s}\n"
        "accept:\n  - {rule: no-guard, reason: nobody is here}\n"
    )


@pytest.fixture
def embedded(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str, tmp_path: Path
) -> Walk:
    arn = make_function(CODE, Environment={"Variables": {"PASSWORD": "hunter2"}})
    client("secretsmanager").create_secret(Name=f"{unique}/keys", SecretString="k1:secret")
    made = build(client, arn)
    return Walk(aws, made, configured(unique), tmp_path / "embedded.yaml", time.sleep, time.time)


@pytest.fixture
def simulated(tmp_path: Path) -> Walk:
    world = World()
    arn = world.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::123456789012:role/{FUNCTION}",
        Code={"ZipFile": CODE.encode()},
        Timeout=10,
        Environment={"Variables": {"PASSWORD": "hunter2"}},
    )["FunctionArn"]
    world.client("secretsmanager").create_secret(Name=f"{FUNCTION}/keys", SecretString="k1:secret")
    made = build(world.client, arn)
    aws = SimulatedAws(world, Process(), read_only=False, sleep=world.time.advance, wrote=lambda _called: None)
    path = tmp_path / "simulated.yaml"
    return Walk(aws, made, configured(FUNCTION), path, world.time.advance, lambda: world.time.now)


def test_the_simulation_and_the_embedded_aws_show_the_same(embedded: Walk, simulated: Walk) -> None:
    for (when, shown), (_, theirs) in zip(simulated.go(), embedded.go(), strict=True):
        assert (when, different(leaves(shown), leaves(theirs))) == (when, {})


def test_the_walk_goes_somewhere(simulated: Walk) -> None:
    stages = [documents for _, documents in simulated.go()]

    assert stages[0] != stages[1] != stages[2] != stages[3]
    aliases = [[each["name"] for each in documents["function"]["aliases"]] for documents in stages]
    assert aliases == [[], ["lambda-migrate"], ["lambda-migrate", "live"], []]
