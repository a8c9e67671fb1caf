"""Two functions in one service: each is moved and rolled back by itself, and what comes goes to the one it is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.scaffold.packages import zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = [pytest.mark.sandbox, pytest.mark.processes, pytest.mark.long(20)]

CODE = """\
from pathlib import Path
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
http = Mangum(app, lifespan="off")
WHERE = "service" if Path.cwd().name == "src" else "function"
@app.get("/{name}")
def answer():
    return {{"by": "{name}", "at": WHERE}}
def handler(event, context):
    if "Records" in event:
        return {{"by": "{name}", "at": WHERE, "records": len(event["Records"])}}
    return http(event, context)
"""
EVENT = {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": "{}"}]}
QUICK = {
    "cutover": {"propagation": False, "bake": "1s"},
    "verify": {"timeout": "1s", "slow": "60s", "probes": 1, "arrival": "0s"},
}
NAMES = ("orders", "jobs")


def request(path: str) -> dict[str, Any]:
    """Return a request as an HTTP API sends it."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "test"}
    context = {"http": http, "stage": "$default", "accountId": "1", "apiId": "a", "domainName": "api.example.com"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example.com"},
        "requestContext": {**context, "requestId": "1", "timeEpoch": 1_700_000_000_000},
        "isBase64Encoded": False,
    }


@pytest.fixture
def lifted(
    run: Callable[..., Answer], make_function: Callable[..., str], aws: Aws, unique: str, tmp_path: Path
) -> Iterator[Callable[..., Answer]]:
    """Lift both into one service and start that; call the program about one of them."""

    def about(name: str, *arguments: str) -> Answer:
        return run("-c", f"{name}.yaml", *arguments)

    for name in NAMES:
        files = {f"{name}_code.py": CODE.format(name=name), "requirements.txt": "fastapi==0.165.0\nmangum==0.22.0\n"}
        make_function(FunctionName=f"{unique}-{name}", Handler=f"{name}_code.handler", Code={"ZipFile": zipped(files)})
        for path, text in files.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / path).write_text(text)
        where = ["--directory", "service", "--target", "process"]
        if name != NAMES[0]:
            first = yaml.safe_load((tmp_path / f"{NAMES[0]}.yaml").read_text())
            where = ["--into", "service", "--url", first["service"]["url"]]
        made = about(name, "init", f"{unique}-{name}", "--source", name, "--no-git", "--yes", *where)
        assert made.code == 0, made.err
        configuration = tmp_path / f"{name}.yaml"
        configuration.write_text(yaml.safe_dump({**yaml.safe_load(configuration.read_text()), **QUICK}))
        assert about(name, "proxy", "rotate-key", "--yes").code == 0
    try:
        deployed = about("orders", "service", "deploy", "--yes")
        assert deployed.code == 0, deployed.err
        yield about
    finally:
        about("orders", "service", "stop", "--yes")


def test_each_moves_and_goes_back_by_itself(
    lifted: Callable[..., Answer], client: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:
    def asked(name: str, qualifier: str) -> list[Any]:
        """Return what a function makes of a request and of an event."""
        answers = []
        for event in (request(f"/{name}"), EVENT):
            told = client("lambda").invoke(
                FunctionName=f"{unique}-{name}", Qualifier=qualifier, Payload=json.dumps(event).encode()
            )
            answer = json.loads(told["Payload"].read())
            answers.append(json.loads(answer["body"]) if "body" in answer else answer)
        return answers

    def both(at: str, name: str) -> list[Any]:
        return [{"by": name, "at": at}, {"by": name, "at": at, "records": 1}]

    before = {name: asked(name, "$LATEST") for name in NAMES}
    for name in NAMES:
        published = lifted(name, "proxy", "deploy", "--events", "all", "--yes")
        paused = lifted(name, "cutover", "--weights", "100", "--yes")
        promoted = lifted(name, "cutover", "promote", "--reason", "nobody else calls it", "--yes")
        ended = lifted(name, "cutover", "--yes")
        told = published.err + paused.err + promoted.err + ended.err
        assert (published.code, paused.code, promoted.code, ended.code) == (0, 7, 0, 0), told
    moved_both = {name: asked(name, "live") for name in NAMES}
    back = lifted("orders", "rollback", "--yes")
    kept = asked("jobs", "live")
    stages = {
        name: [each["state"] for each in lifted(name, "status", "--json").json["data"]["stages"]] for name in NAMES
    }

    assert before == {name: both("function", name) for name in NAMES}
    assert moved_both == {name: both("service", name) for name in NAMES}
    assert (back.code, asked("orders", "$LATEST"), kept) == (0, both("function", "orders"), both("service", "jobs"))
    assert stages == {"orders": ["done", "open", "open", "open"], "jobs": ["done", "done", "done", "open"]}
    assert {path.name for path in tmp_path.glob("*ledger.yaml")} == {"orders.ledger.yaml", "jobs.ledger.yaml"}
