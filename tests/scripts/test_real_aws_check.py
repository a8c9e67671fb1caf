"""The program that asks a real account runs to its end on the embedded AWS, and leaves nothing behind."""
# ruff: noqa: N802, N803  # the stand-in is called as AWS is

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import boto3
import pytest

from scripts.real_aws.configuration_questions import runtime_updates
from scripts.real_aws.path_questions import request_path
from scripts.real_aws.questions import QUESTIONS
from scripts.real_aws.world import World
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

PROGRAM = Path(__file__).parents[2] / "scripts" / "real_aws_check.py"


def run(embedded_aws: EmbeddedAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), "--endpoint-url", embedded_aws.endpoint_url, *arguments],
        env={**os.environ, **embedded_aws.environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_asks_prints_json_and_deletes_what_it_made(embedded_aws: EmbeddedAws, client: Callable[[str], Any]) -> None:
    asked = [
        "version-equals-latest",
        "pending-subscription",
        "new-subscription",
        "rule-role",
        "rest-stage",
        "deleted-secret",
        "async-destinations",
        "deleted-version",
        "connection-key",
        "build-source",
        "layer-upload",
        "image-parts",
    ]
    done = run(embedded_aws, "--only", ",".join(asked), "--json", "--yes")

    document = json.loads(done.stdout)
    functions = [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]]
    roles = [each["RoleName"] for each in client("iam").list_roles()["Roles"]]
    assert done.returncode == 0, done.stderr
    assert document["left"] == []
    assert [answer["question"] for answer in document["answers"]] == [
        *["version-equals-latest"] * 2,
        *["pending-subscription"] * 3,
        *["new-subscription"] * 3,
        "rule-role",
        *["rest-stage"] * 6,
        *["deleted-secret"] * 2,
        *["async-destinations"] * 2,
        *["deleted-version"] * 2,
        "connection-key",
        *["build-source"] * 2,
        *["layer-upload"] * 8,
        *["image-parts"] * 4,
    ]
    assert document["answers"][0]["text"] == "version 2 as listed equals $LATEST as read: True"
    assert document["answers"][4]["text"].startswith("Unsubscribe: InvalidParameter")
    said = [each["text"] for each in document["answers"][5:9]]
    assert [each.partition(" messages ")[2] for each in said[:1]] == ["0 did not arrive"]
    assert said[1:3] == ["subscribed right after Unsubscribe, the same ARN: False", "a minute later it is there: True"]
    assert re.fullmatch(r"a rule took an API destination .* after [\d.]+ s; at first it said: accepted", said[3])
    of_images = [each["text"].partition(": ")[2] for each in document["answers"][-12:]]
    assert of_images.pop(7).startswith("UploadNotFoundException: upload ")  # whose id was drawn
    assert of_images == [
        "",
        "InvalidLayerPartException, last valid byte 5242879",
        "InvalidLayerPartException, last valid byte 5242879",
        "InvalidLayerPartException, last valid byte 0",
        "UploadNotFoundException, last valid byte None",
        "InvalidLayerException: the layer is not what its digest says",
        "accepted",
        "True",
        "accepted",
        "accepted",
        "ImageAlreadyExistsException: the image exists already",
    ]
    assert [name for name in functions + roles if name.startswith("lm-check-")] == []


@pytest.mark.long(25)
def test_what_is_left_of_a_deleted_role_and_how_a_trail_names_a_function(embedded_aws: EmbeddedAws) -> None:
    done = run(embedded_aws, "--only", "deleted-principal,trail-names", "--json", "--yes")

    document = json.loads(done.stdout)
    answers = [(each["question"], each["text"]) for each in document["answers"]]
    left, granted, *names = [text for _question, text in answers]
    assert (done.returncode, document["left"]) == (0, []), done.stderr
    assert [question for question, _text in answers] == ["deleted-principal"] * 2 + ["trail-names"] * 3
    assert re.fullmatch(r"what is left of it: \{'AWS': 'arn:aws:iam::000000000000:role/lm-check-\w+-gone'\}", left)
    assert granted == "granted to the alias: accepted"  # AWS would refuse it
    assert "UpdateFunctionConfiguration" in names[0]
    assert names[1:] == ["ResourceName=the ARN: nothing", "Username=the name: nothing"]


@dataclass
class Runtimes(StandIn):
    """A function whose runtime moves with each update, unless it is pinned."""

    services: tuple[str, ...] = ("lambda",)
    newest: int = 1
    mode: str = "Auto"
    runtimes: dict[str, int] = field(default_factory=lambda: {"$LATEST": 1})

    def lambda_GetFunctionConfiguration(self, FunctionName: str, Qualifier: str = "$LATEST") -> Any:
        return {"FunctionName": FunctionName, "RuntimeVersionConfig": {"RuntimeVersionArn": self.arn(Qualifier)}}

    def arn(self, qualifier: str) -> str:
        return f"arn:aws:lambda:eu-west-1::runtime:{self.runtimes[qualifier]:012}{'0' * 28}"

    def lambda_GetFunction(self, **_given: Any) -> Any:
        return {"Configuration": {"LastUpdateStatus": "Successful"}}

    def lambda_PutRuntimeManagementConfig(
        self, FunctionName: str, UpdateRuntimeOn: str, RuntimeVersionArn: str = ""
    ) -> Any:
        assert (UpdateRuntimeOn == "Manual") == bool(RuntimeVersionArn)
        self.mode = UpdateRuntimeOn
        return {"FunctionArn": FunctionName, "UpdateRuntimeOn": UpdateRuntimeOn}

    def lambda_GetRuntimeManagementConfig(self, **_given: Any) -> Any:
        return {"UpdateRuntimeOn": self.mode}

    def lambda_UpdateFunctionConfiguration(self, **_given: Any) -> Any:
        self.newest += 1
        if self.mode == "FunctionUpdate":
            self.runtimes["$LATEST"] = self.newest
        return {}

    def lambda_PublishVersion(self, **_given: Any) -> Any:
        number = str(len(self.runtimes))
        self.runtimes[number] = self.runtimes["$LATEST"]
        return {"Version": number}


def test_which_runtime_a_version_has_is_told_for_each_kind_of_updates() -> None:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="y", region_name="eu-west-1")
    clients = {"lambda": session.client("lambda")}
    stand_in, asked = Runtimes(), SimpleNamespace(client=clients.__getitem__)
    stand_in.attach(asked)  # type: ignore[arg-type]  # it takes clients from it, and nothing else

    answers = list(runtime_updates(World(clients.__getitem__, "eu-west-1", name="lm-check-1")))

    assert answers == [
        (
            "FunctionUpdate: $LATEST had 000000000001, has 000000000002; version 1 has 000000000002,"
            " its updates are FunctionUpdate"
        ),
        "Manual: $LATEST had 000000000001, has 000000000002; version 2 has 000000000002, its updates are Manual",
    ]
    assert (stand_in.runtimes, stand_in.mode) == ({"$LATEST": 2, "1": 2, "2": 2}, "Auto")


@dataclass
class Gateway(StandIn):
    """HTTP APIs of which one leads to the function, and the other to the first."""

    services: tuple[str, ...] = ("lambda", "apigatewayv2")
    integrations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def apigatewayv2_CreateApi(self, Name: str, ProtocolType: str) -> Any:
        api = Name.rpartition("-")[2]
        return {"ApiId": api, "ApiEndpoint": f"https://{api}.example.com", "ProtocolType": ProtocolType}

    def apigatewayv2_CreateIntegration(self, ApiId: str, **given: Any) -> Any:
        self.integrations[ApiId] = given
        return {"IntegrationId": "i"}

    def apigatewayv2_CreateRoute(self, **_given: Any) -> Any:
        return {"RouteId": "r"}

    def apigatewayv2_CreateStage(self, **_given: Any) -> Any:
        return {"StageName": "$default"}

    def lambda_AddPermission(self, **_given: Any) -> Any:
        return {}

    def seen(self, url: str) -> str:
        """Return the path that the function sees: an API decodes it once; the mapping sends it decoded."""
        api, _, path = url.removeprefix("https://").partition(".example.com")
        return unquote(path) if api == "behind" else unquote(unquote(path))


def test_a_path_that_the_mapping_changes_is_told() -> None:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="y", region_name="eu-west-1")
    clients = {name: session.client(name) for name in ("lambda", "apigatewayv2")}
    stand_in, asked = Gateway(), SimpleNamespace(client=clients.__getitem__)
    stand_in.attach(asked)  # type: ignore[arg-type]  # it takes clients from it, and nothing else

    answers = list(request_path(World(clients.__getitem__, "eu-west-1", name="lm-check-1"), stand_in.seen))

    assert [each for each in answers if not each.endswith(": the same")] == [
        "/a%252Fb: /a%2Fb straight, /a/b through the mapping"
    ]
    assert stand_in.integrations["front"]["RequestParameters"] == {"overwrite:path": "$request.path"}
    assert stand_in.integrations["front"]["IntegrationUri"] == "https://behind.example.com"


def test_every_question_is_on_both_pages() -> None:
    asked = [question.name for question in QUESTIONS]
    docs = Path(__file__).parents[2] / "docs"

    pages = [
        re.findall(r"^\| `([a-z-]+)` \|", (docs / name).read_text(), re.MULTILINE)
        for name in ("real-aws.md", "verified.md")
    ]

    assert pages == [asked, asked]


def test_an_unknown_question_is_a_wrong_usage(embedded_aws: EmbeddedAws) -> None:
    done = run(embedded_aws, "--only", "the-weather", "--json", "--yes")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no question has that name\nhint: `--list` lists them\n"
