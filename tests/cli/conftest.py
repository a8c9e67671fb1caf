"""The command line, called in this process: ``run("status", "--json")``."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.cli import main
from lambda_migrate.render.terminal import Terminal
from tests.cli.service import serving
from tests.cli.user import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


class Screen(io.StringIO):
    """A stream with a person at the other end."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Answer:
    """What a call of the program came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Call the program in an empty folder; `typed` is what a person answers, which makes it interactive."""
    monkeypatch.chdir(tmp_path)

    def call(
        *arguments: str, typed: str | None = None, environ: dict[str, str] | None = None, columns: int = 80
    ) -> Answer:
        stream = io.StringIO if typed is None else Screen
        out, err, into = stream(), stream(), stream(typed or "")
        terminal = Terminal(out, err, into, {"TERM": "dumb", **(environ or {})}, columns)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments, terminal)
        return Answer(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def user(run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str) -> User:
    arn = make_function(Environment={"Variables": {"PASSWORD": "hunter2"}})
    aws.call("secretsmanager", "create_secret", Name=f"{unique}/keys", SecretString="k1:the-signing-secret")
    user = User(run, tmp_path, unique, arn, aws)
    user.configure()
    return user


@pytest.fixture
def service() -> Iterator[str]:
    with serving() as url:
        yield url
