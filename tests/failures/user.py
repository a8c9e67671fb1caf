"""Somebody in a folder with a migration.yaml, who types commands; and what the world looks like around them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.record import Record, encode
from tests.support.screen import Answer, call
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.failures.intercepting_proxy import InterceptingProxy
    from tests.support.forked import Forked, Loaded

REPOSITORY = Path(__file__).parents[2]
VOLATILE = ("RevisionId", "LastModified", "CreatedDate", "LastUpdateStatus", "State", "Version")
KEYS = "wrong/keys"
"""The secret of all users: plans for different functions then differ in nothing but the function."""


@dataclass
class User:
    """Somebody who types commands.

    Attributes:
        folder: Where they are.
        function: The function that they migrate; made by ``make``.
        client: Looks at AWS past the intercepting proxy.
        interceptor: What the program takes for AWS.
        loaded: The process that has the program loaded.
        environ: Of the processes that they start; of this process it is set by the fixture.
    """

    folder: Path
    function: str
    client: Callable[[str], Any]
    interceptor: InterceptingProxy
    loaded: Loaded
    environ: dict[str, str] = field(default_factory=dict)

    def configure(
        self, url: str = "http://127.0.0.1:9", extra: str = "", slow: str = "60s", arrival: str = "0s"
    ) -> None:
        (self.folder / "migration.yaml").write_text(
            f"function: {self.function}\n"
            f"service: {{url: '{url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{KEYS}'}}\n"
            "cutover: {propagation: false, bake: 1s}\n"
            f"verify: {{timeout: 300ms, probes: 1, slow: {slow}, metric_period: 1s, minimum_invocations: 1, "
            f"arrival: {arrival}}}\n" + extra
        )

    def __call__(
        self, *arguments: str, typed: str | None = None, environ: dict[str, str] | None = None, columns: int = 80
    ) -> Answer:
        """Call the program in this process; `typed` is what a person answers, which makes it interactive."""
        return call(*arguments, typed=typed, environ=environ, columns=columns)

    def start(self, *arguments: str) -> Forked:
        """Start the program as a process of its own."""
        return self.loaded.start(*arguments, folder=self.folder, environment=self.environ)

    def start_again(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start the program in a new interpreter; for what shows as it starts."""
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(
            [sys.executable, "-m", "lambda_migrate", *arguments],
            cwd=self.folder,
            env=self.environ | options.pop("environ", {}),
            text=True,
            **given | options,
        )

    def process(self, *arguments: str, **options: Any) -> Answer:
        """Run the program as a process of its own; in a new interpreter where it is started with options."""
        process = self.start_again(*arguments, **options) if options else self.start(*arguments)
        out, err = process.communicate(timeout=TIMEOUT)
        return Answer(process.returncode, out or "", err or "")

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.yaml"

    def write_ledger(self, **pinned: str) -> None:
        """Write a ledger that is about so and so, and in which nothing has happened."""
        note = {"kind": "opened", "schema": 1, **pinned}
        at = "2026-03-01T12:00:00.000Z"
        self.ledger.write_bytes(
            encode(Record(1, "", "note", at, "arn:aws:iam::000000000000:root", None, "", note=note))
        )

    def update(self, **changed: Any) -> None:
        """Change the function, as somebody else would, and wait until that is done."""
        lambdas = self.client("lambda")
        lambdas.update_function_configuration(FunctionName=self.function, **changed)
        waiter = lambdas.get_waiter("function_updated_v2")
        waiter.wait(FunctionName=self.function, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})

    def story(self) -> list[str]:
        """Return the ledger as short lines: event and step, or the note's kind."""
        records = Ledger.read(self.ledger).records
        return [f"{record.note['kind'] if record.note else record.event} {record.id}".rstrip() for record in records]

    def files(self) -> dict[str, bytes]:
        """Return every file around, by name, but for the index of the ledger, which any command may write again."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "ledger.index")
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def aws(self) -> dict[str, Any]:
        """Return everything in AWS that a migration of the function could change, as it stands to the last letter.

        But for what the lock between machines writes: the description of its alias, which tells who held it last.
        """
        lambdas = self.client("lambda")
        versions = lambdas.list_versions_by_function(FunctionName=self.function)["Versions"]
        aliases = lambdas.list_aliases(FunctionName=self.function)["Aliases"]
        layers = lambdas.list_layer_versions(LayerName=f"lambda-migrate-proxy-{self.function}")["LayerVersions"]
        latest = lambdas.get_function_configuration(FunctionName=self.function)
        latest.pop("ResponseMetadata")
        for lock in (alias for alias in aliases if alias["Name"] == "lambda-migrate"):
            lock["Description"] = lock["RevisionId"] = ""
        found = {"latest": latest, "versions": versions, "aliases": aliases, "layers": layers, "policies": {}}
        for qualifier in [None, *(alias["Name"] for alias in aliases)]:
            which = {"FunctionName": self.function} | ({"Qualifier": qualifier} if qualifier else {})
            with contextlib.suppress(lambdas.exceptions.ResourceNotFoundException):
                found["policies"][qualifier or ""] = json.loads(lambdas.get_policy(**which)["Policy"])
        return found

    def shape(self) -> dict[str, Any]:
        """Return the same without numbers that AWS assigns and times: what two runs that came to the same agree in."""
        found = json.loads(json.dumps(self.aws(), default=str))
        told = {each["Version"]: each["Description"] for each in found["versions"]}
        for alias in found["aliases"]:
            weights = alias.pop("RoutingConfig", {}).get("AdditionalVersionWeights", {})
            alias["weights"] = {told[number]: weight for number, weight in weights.items()}
            alias["FunctionVersion"] = told[alias["FunctionVersion"]]
        text = re.sub(rf"({self.function}):\d+", r"\1:N", json.dumps(_less(found, VOLATILE)))
        shape: dict[str, Any] = json.loads(text)
        return shape


def _less(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _less(inner, names) for name, inner in sorted(value.items()) if name not in names}
    if isinstance(value, list):
        return [_less(inner, names) for inner in value]
    return value


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that sees our package, and nothing of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_MIGRATE_"))}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "AWS_EC2_METADATA_DISABLED": "true", **more}


@dataclass(frozen=True)
class Told:
    """What was told about something wrong, and how it ended."""

    code: int
    kind: str
    error: str
    hint: str


def _unmeasured(message: str) -> str:
    """Return a message without the time that the service took, which differs from call to call."""
    return re.sub(r"answered after \d+\.\d s", "answered after … s", message)


def refused(user: User, *arguments: str, **options: Any) -> Told:
    """Call the program twice, for a person and in JSON, and return what it told.

    Holds it to what holds for everything that is wrong: one line that names the thing, one that says what to do, both
    alike for a person and in JSON; the exit code of the process in the envelope; no traceback; and nothing changed.
    """
    files, aws = user.files(), user.aws()
    plain, spoken = user(*arguments, **options), user(*arguments, "--json", **options)
    envelope = spoken.json
    assert (envelope["lambda_migrate"], envelope["exit_code"], spoken.code) == (1, plain.code, plain.code)
    assert envelope["status"] == ("partial" if envelope["data"] else "error")
    (error,) = envelope["errors"]
    assert (_unmeasured(error["message"]), error["hint"]) == (_unmeasured(plain.error), plain.hint)
    assert plain.err.rstrip().splitlines()[-1].startswith(("hint: ", "more: "))
    for said in (plain.out, plain.err, spoken.out, spoken.err):
        assert "Traceback" not in said
        assert "defect" not in said
        assert "hunter2" not in said
        assert "the-signing-secret" not in said
    assert user.files() == files
    assert user.aws() == aws
    return Told(plain.code, error["code"], plain.error, plain.hint)
