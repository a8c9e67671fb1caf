"""Runs vendors' real packages around a function under the proxy: `python -m scripts.wrappers_on [NAME …]`.

Each gets a virtual environment of its own below `.wrappers/`, with AWS's real runtime client, FastAPI and Mangum, and
the Python that runs this, or the one that the variable `PYTHON` names. The function (`wrapped_functions.py`) runs
without the proxy, then as `$LATEST`, and as a numbered version in each way that the proxy has. What is shown: who
answered, and how often the vendor has traced two invocations.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from lambda_migrate.config import Proxy
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox.runtime_interface import RuntimeExitError, RuntimeInterface
from scripts.wrapped_functions import APPLICATION, BOOTSTRAP, WRAPPERS, Wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENTS = Path(__file__).parents[1] / ".wrappers"
BASE = ("awslambdaric", "fastapi", "mangum")

MODES = {
    "without the proxy": {},
    "$LATEST": {"version": "$LATEST", "events": "all"},
    "non-api": {"version": "7", "events": "non-api"},
    "all": {"version": "7", "events": "all"},
    "all, nobody listens": {"version": "7", "events": "all", "url": "http://127.0.0.1:9"},
}
EXPECTED = {
    "without the proxy": ["original", "original"],
    "$LATEST": ["original", "original"],
    "non-api": ["original", "service"],
    "all": ["service", "service"],
    "all, nobody listens": ["original", "original"],
}
"""Who answers a request and an event."""

REQUEST = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/orders",
    "rawQueryString": "",
    "headers": {"host": "api.example.com"},
    "requestContext": {
        "accountId": "210987654321",
        "apiId": "a1",
        "domainName": "api.example.com",
        "stage": "$default",
        "time": "30/Nov/2026:21:00:00 +0000",
        "timeEpoch": 1796072400000,
        "http": {"method": "GET", "path": "/orders", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
    },
    "isBase64Encoded": False,
}
RECORD = {
    "messageId": "m-1",
    "receiptHandle": "r",
    "body": "a",
    "attributes": {"SentTimestamp": "1796072400000", "ApproximateReceiveCount": "1"},
    "messageAttributes": {},
    "eventSource": "aws:sqs",
    "eventSourceARN": "arn:aws:sqs:eu-west-1:210987654321:orders",
    "awsRegion": "eu-west-1",
}
CONTEXT = SimpleNamespace(
    aws_request_id="8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90",
    invoked_function_arn="arn:aws:lambda:eu-west-1:210987654321:function:orders:7",
    get_remaining_time_in_millis=lambda: 10_000,
)


SENT: list[str] = []
"""What vendors have sent."""


class Listening(BaseHTTPRequestHandler):
    """The service, and what vendors send to."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer."""
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        if "x-lambda-migrate-signature" not in self.headers:
            SENT.append(_unpacked(content, self.headers.get("content-encoding")))
        body = b'{"who":"service"}'
        self.send_response(200)
        for name, value in {"content-type": "application/json", "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815  # the name is the library's

    def log_message(self, *_ignored: Any) -> None:
        """Say nothing."""


def _unpacked(content: bytes, coding: str | None) -> str:
    content = gzip.decompress(content) if coding == "gzip" else content
    return content.decode("utf-8", "replace").replace('": ', '":')


def python_of(name: str, wrapper: Wrapper) -> Path:
    """Return the Python of a wrapper's environment; it is made if it is not there."""
    interpreter = os.environ.get("PYTHON", sys.executable)
    folder = ENVIRONMENTS / f"{Path(interpreter).name} {name}".replace(" ", "-")
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603  # the user's own
        quiet = ["--quiet", "--disable-pip-version-check"]
        command = [str(python), "-m", "pip", "install", *quiet, *BASE, *wrapper.packages]
        subprocess.run(command, check=True)  # noqa: S603  # ours
        (folder / "complete").touch()
    return python


@contextmanager
def collected(path: Path) -> Iterator[None]:
    """Write what this process and those that it starts print as errors into a file."""
    kept = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def environment(wrapper: Wrapper, python: Path, folder: Path, mode: dict[str, str], url: str) -> dict[str, str]:
    """Return the variables of the function, with what Lambda adds."""
    told = {"_HANDLER": wrapper.handler}
    if "events" in mode:
        proxy = {"service_url": mode.get("url", url), "events": mode["events"], "original_handler": wrapper.handler}
        told = {"_HANDLER": layer.HANDLER, "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:a-secret-of-the-tests"}
        told |= layer.environment(Proxy(fallback="connect"), **proxy)
    return {
        "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(folder / "task"), str(folder / "opt" / "python")]),
        "LAMBDA_TASK_ROOT": str(folder / "task"),
        "AWS_LAMBDA_FUNCTION_NAME": "orders",
        "AWS_LAMBDA_FUNCTION_VERSION": mode.get("version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/30/[7]0a1b2c",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "SENTRY_DSN": url.replace("://", "://key@") + "/1",
        **wrapper.variables,
        **told,
    }


def run(wrapper: Wrapper, python: Path, mode: dict[str, str], url: str) -> tuple[list[Any], int]:
    """Return the answers to a request and an event, and how often the vendor traced them."""
    SENT.clear()
    with tempfile.TemporaryDirectory(prefix="wrapped-") as name:
        folder = Path(name)
        zipfile.ZipFile(io.BytesIO(layer.build().content)).extractall(folder / "opt")
        files = {"app.py": APPLICATION + wrapper.more, **wrapper.files}
        files |= {"../bootstrap.py": BOOTSTRAP, "../script": wrapper.script}
        (folder / "task").mkdir()
        for path, text in files.items():
            (folder / "task" / path).write_text(text, encoding="utf-8")
        (folder / "script").chmod(0o755)
        command = [str(python), str(folder / "bootstrap.py")]
        started = [str(folder / "script"), *command] if wrapper.script else command
        told = environment(wrapper, python, folder, mode, url)
        with collected(folder / "output"):
            answers = answered(RuntimeInterface(told, started, str(folder / "task")))
        output = (folder / "output").read_text(encoding="utf-8", errors="replace")
    traced = sum(each.count(wrapper.trace) for each in (output, *SENT))
    if "VERBOSE" in os.environ:
        print(output, *SENT, sep="\n")
    return answers, traced


def answered(interface: RuntimeInterface) -> list[Any]:
    """Return the answers to a request and an event, or what the runtime says instead."""
    answers = []
    try:
        interface.wait()
        answers = [interface(event, CONTEXT) for event in (REQUEST, {"Records": [RECORD]})]
    except (RuntimeExitError, Exception) as failed:  # noqa: BLE001  # whatever it is, it is shown
        answers.append({"who": f"{type(failed).__name__}: {failed}"})
    finally:
        interface.stop()
    return answers


def who(answer: Any) -> str:
    """Return who gave an answer."""
    return str(json.loads(answer.get("body", "{}")).get("who") or answer.get("who") or "original")


def main(names: list[str]) -> int:
    """Run each wrapper in each mode, and print a table; 1 where an answer is not what it should be."""
    wrong = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("| wrapper | " + " | ".join(MODES) + " |")
    print("| --- |" + " --- |" * len(MODES))
    for name in names or list(WRAPPERS):
        python = python_of(name, WRAPPERS[name])
        plain, shown = None, []
        for mode, told in MODES.items():
            answers, traced = run(WRAPPERS[name], python, told, f"http://127.0.0.1:{server.server_port}")
            plain = plain or answers
            by = [who(answer) for answer in answers]
            passed_on = [each for each in zip(answers, plain, strict=False) if who(each[0]) == "original"]
            changed = [answer for answer, before in passed_on if answer != before]
            wrong += by != EXPECTED[mode] or changed != []
            shown.append(f"{', '.join(by)}; {traced} traced" + (f"; CHANGED: {changed}" if changed else ""))
        print(f"| {name} | " + " | ".join(shown) + " |", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
