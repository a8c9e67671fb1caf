"""The proxy takes over from a handler that a vendor stands around, and where a vendor's script starts the runtime."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Proxy
from lambda_migrate.planner.image_blockers import PROVEN_WRAPPERS
from lambda_migrate.proxy import layer
from tests.events import non_http, requests
from tests.proxy.service import KEY, Service, answer
from tests.proxy.vendors import FUNCTION, RUNTIME, TRACE, VENDORS, Vendor
from tests.support.ports import reserved_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGINAL = {"statusCode": 200, "body": "original"}


@dataclass
class Ran:
    """What came of some events in one execution environment: the results, and what the vendor traced of each."""

    results: list[Any]
    traces: list[str]


@pytest.fixture(params=VENDORS)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return VENDORS[request.param]


@pytest.fixture
def run(tmp_path: Path, vendor: Vendor) -> Callable[..., Ran]:
    """Run events through the function as Lambda would, with the proxy's layer and configuration on it."""
    opt, task = tmp_path / "opt", tmp_path / "task"
    files = {**vendor.files, "python/vendor_trace.py": TRACE}
    for name, text in files.items():
        path = opt / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@OPT@", str(opt)))
        path.chmod(0o755)
    task.mkdir()
    (task / "app.py").write_text(FUNCTION + vendor.more)
    (tmp_path / "bootstrap.py").write_text(RUNTIME)
    built = layer.build()
    zipfile.ZipFile(io.BytesIO(built.content)).extractall(opt)

    def start(*sent: Any, version: str, service_url: str, events: str) -> Ran:
        proxy = layer.environment(
            Proxy(fallback="connect"), service_url=service_url, events=events, original_handler=vendor.handler
        )
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(task), str(opt / "python")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "_HANDLER": built.handler,
            **vendor.environment,
            **proxy,
            "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
        }
        command = [sys.executable, str(tmp_path / "bootstrap.py")]
        ended = subprocess.run(
            [str(opt / vendor.script), *command] if vendor.script else command,
            input="".join(json.dumps(event) + "\n" for event in sent),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        lines = [line.partition(" ") for line in ended.stdout.splitlines()]
        results = [json.loads(rest) for word, _, rest in lines if word == "answer"]
        return Ran(results, [line for line in ended.stderr.splitlines() if line.startswith("trace ")])

    return start


def traced(ran: Ran, name: str) -> int:
    return sum(line.endswith(f" {name}") for line in ran.traces)


def test_what_is_meant_for_the_service_goes_to_the_service(run: Callable[..., Ran], vendor: Vendor) -> None:
    service = Service(lambda _received, _sock: answer(b'"service"', headers=(("content-type", "application/json"),)))
    try:
        ran = run(requests.rest_api(), non_http.sqs("a"), version="7", service_url=service.url, events="all")
    finally:
        service.close()

    assert [ran.results[0]["body"], ran.results[1]] == ['"service"', "service"]
    assert (traced(ran, "app.handler"), traced(ran, layer.HANDLER)) == (0, 2 if vendor.entry else 0)


def test_what_is_passed_on_goes_through_the_vendors_handler(run: Callable[..., Ran], vendor: Vendor) -> None:
    service = Service(lambda _received, _sock: answer(b"{}", headers=(("content-type", "application/json"),)))
    try:
        ran = run(requests.rest_api(), non_http.sqs("a"), version="7", service_url=service.url, events="non-api")
    finally:
        service.close()

    assert ran.results == [ORIGINAL, {}]
    assert traced(ran, layer.HANDLER if vendor.entry else "app.handler") == (2 if vendor.entry else 1)


def test_what_nobody_takes_falls_back_to_the_vendors_handler(run: Callable[..., Ran], vendor: Vendor) -> None:
    with reserved_port() as port:
        ran = run(*[requests.rest_api()] * 3, version="7", service_url=f"http://127.0.0.1:{port}", events="all")

    assert ran.results == [ORIGINAL] * 3
    assert traced(ran, layer.HANDLER if vendor.entry else "app.handler") == 3


def test_latest_runs_the_vendors_handler_as_before(run: Callable[..., Ran], vendor: Vendor) -> None:
    ran = run(requests.rest_api(), non_http.sqs("a"), version="$LATEST", service_url="http://127.0.0.1:9", events="all")

    assert ran.results == [ORIGINAL] * 2
    assert traced(ran, layer.HANDLER if vendor.entry else "app.handler") == 2


def test_every_script_that_is_taken_for_harmless_is_tried_here() -> None:
    assert {f"/opt/{vendor.script}" for vendor in VENDORS.values() if vendor.script} == PROVEN_WRAPPERS
