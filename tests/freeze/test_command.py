"""`freeze` as it is typed, and how other commands hold to it, on an embedded AWS."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.sandbox.sample import SOURCE
from tests.cli.conftest import run
from tests.support.embedded_aws import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

__all__ = ["run"]
pytestmark = pytest.mark.sandbox

PASSWORD = "hunter2"


@pytest.fixture
def arn(make_function: Callable[..., str]) -> str:
    return make_function(Environment={"Variables": {"PASSWORD": PASSWORD}})


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A chat service on this machine: its URL, and what was posted."""
    posted: list[dict[str, str]] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200 if self.path == "/hook" else 403)
            self.end_headers()

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", posted
    server.shutdown()
    server.server_close()


@pytest.fixture
def configured(tmp_path: Path, arn: str, unique: str, aws: Aws) -> Path:
    text = (
        f"function: {unique}\n"
        "freeze: {until: 2026-09-30, contact: 'anna@example.com', urgent: 'call Anna', webhook: 'env:HOOK'}\n"
    )
    (tmp_path / "migration.yaml").write_text(text)
    return tmp_path


def test_the_command_publishes_records_announces_and_posts(
    run: Callable[..., Answer], configured: Path, webhook: tuple[str, list[dict[str, str]]], unique: str, aws: Aws
) -> None:
    url, posted = webhook

    answer = run("freeze", "--yes", "--json", environ={"HOOK": url})

    assert answer.code == 0, answer.err
    assert answer.json["data"]["version"] == "1"
    text = (configured / "FREEZE.md").read_text()
    assert f"# Code freeze: `{unique}`" in text
    for told in ("until 2026-09-30", "anna@example.com", "call Anna", "freeze --refresh", aws.account):
        assert told in text
    assert [each["event"] for each in posted] == ["freeze"]
    assert "Urgent fixes: call Anna" in posted[0]["text"]
    assert run("freeze", "--check").code == 0
    assert run("freeze", "--yes").code == 0
    assert len(posted) == 1


def test_a_webhook_that_fails_is_told_without_its_url_and_undoes_nothing(
    run: Callable[..., Answer], configured: Path, webhook: tuple[str, list[dict[str, str]]]
) -> None:
    url = webhook[0].replace("/hook", "/secret-path")

    answer = run("freeze", "--yes", environ={"HOOK": url})

    assert (answer.code, (configured / "FREEZE.md").exists()) == (1, True)
    assert "the webhook answered 403" in answer.err
    assert "secret-path" not in answer.err + answer.out + (configured / "ledger.yaml").read_text()
    assert run("freeze", "--check").code == 0


def test_whom_a_webhook_kept_from_knowing_is_told_when_it_is_typed_again(
    run: Callable[..., Answer], configured: Path, webhook: tuple[str, list[dict[str, str]]]
) -> None:
    url, posted = webhook
    run("freeze", "--yes", environ={"HOOK": url.replace("/hook", "/other")})
    (configured / "FREEZE.md").unlink()

    shown = run("freeze", "--dry-run", environ={"HOOK": url})
    again = run("freeze", "--yes", environ={"HOOK": url})
    once_more = run("freeze", "--yes", environ={"HOOK": url})

    assert [each.code for each in (shown, again, once_more)] == [0, 0, 0]
    assert [each["event"] for each in posted] == ["freeze", "freeze"]
    assert posted[0] == posted[1]
    assert "until 2026-09-30" in (configured / "FREEZE.md").read_text()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://chat.example.com/secret-path", "the URL of the webhook does not begin with https://"),
        ("", "`HOOK` is not set"),
    ],
)
def test_a_webhook_that_cannot_be_is_told_before_anything_is_changed(
    run: Callable[..., Answer], configured: Path, url: str, told: str
) -> None:
    answer = run("freeze", "--yes", environ={"HOOK": url})

    assert (answer.code, (configured / "ledger.yaml").exists()) == (2, False)
    assert f"error: {told}" in answer.err
    assert "secret-path" not in answer.err + answer.out


def test_the_end_is_told_as_widely_as_the_beginning(
    run: Callable[..., Answer], configured: Path, webhook: tuple[str, list[dict[str, str]]], unique: str
) -> None:
    url, posted = webhook
    run("freeze", "--yes", environ={"HOOK": url})

    lifted = run("freeze", "--lift", "--yes", environ={"HOOK": url})

    assert lifted.code == 0, lifted.err
    assert [each["event"] for each in posted] == ["freeze", "freeze-lifted"]
    text = (configured / "FREEZE.md").read_text()
    assert f"**The code freeze of `{unique}` is over since " in text
    assert "nobody deploys" not in text


def test_a_change_ends_the_check_with_drift_and_a_refresh_takes_it_over(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str, aws: Aws
) -> None:
    run("freeze", "--yes", environ={"HOOK": "http://127.0.0.1:9"})
    client("lambda").update_function_code(FunctionName=unique, ZipFile=archive("handler = print\n"))
    aws.wait_function_updated(unique)

    told = run("freeze", "--check")

    assert told.code == 5
    assert "UpdateFunctionCode by arn:aws:iam::000000000000:user/test (a person" in told.out
    assert "freeze --refresh" in told.err

    taken = run("freeze", "--refresh", "--yes", "--json", "--reason", "urgent fix")

    assert taken.code == 0, taken.out
    assert taken.json["data"]["version"] == "2"
    assert run("freeze", "--check").code == 0
    assert run("freeze", "--refresh", "--yes").out.startswith("Nothing to take over")


def test_the_denial_is_printed_attached_and_lifted(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str
) -> None:
    role = f"{unique}-deployer"
    client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    assert run("freeze", "--enforce").code == 3
    run("freeze", "--yes", environ={"HOOK": "http://127.0.0.1:9"})

    printed = run("freeze", "--enforce", "--on", f"role/{role}")

    assert printed.code == 0
    assert json.loads(printed.out)["Statement"][0]["Effect"] == "Deny"
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []

    applied = run("freeze", "--enforce", "--on", f"role/{role}", "--apply", "--yes")

    assert applied.code == 0, applied.err
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == [f"lambda-migrate-freeze-{unique}"]

    lifted = run("freeze", "--lift", "--yes", "--json")

    assert lifted.json["data"]["denials"] == ["01-put_role_policy"]
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []
    assert run("freeze", "--check").code == 3


def test_a_role_that_is_not_there_stands_in_the_way_of_the_others(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str
) -> None:
    role = f"{unique}-deployer"
    client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    run("freeze", "--yes", environ={"HOOK": "http://127.0.0.1:9"})

    answer = run("freeze", "--enforce", "--apply", "--yes", "--on", f"role/{role}", "--on", "role/deplyoer")

    assert answer.code == 3
    assert "`role/deplyoer` does not exist in this account" in answer.err
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []


def test_retire_lifts_the_freeze_and_its_denials(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str
) -> None:
    role = f"{unique}-deployer"
    client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    (configured / "migration.yaml").write_text(
        f"function: {unique}\naccept:\n- {{rule: no-metrics, reason: 'it was never used'}}\n"
        "- {rule: secret-kept-nowhere, path: PASSWORD, reason: 'nobody needs it'}\n"
    )
    run("freeze", "--yes")
    run("freeze", "--enforce", "--on", f"role/{role}", "--apply", "--yes")
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == [f"lambda-migrate-freeze-{unique}"]

    retired = run("retire", "--confirm", unique)

    assert retired.code == 0, retired.err
    assert client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []
    assert "is over since" in (configured / "FREEZE.md").read_text()
    notes = [record.note for record in Ledger.read(configured / "ledger.yaml").records if record.note]
    assert [(note["kind"], note["of"]) for note in notes if note["kind"] == "freeze-lifted"] == [
        ("freeze-lifted", "retire")
    ]


def test_options_that_contradict_each_other_are_refused(run: Callable[..., Answer], configured: Path) -> None:
    assert run("freeze", "--check", "--lift").code == 2
    assert run("freeze", "--apply").code == 2
    assert run("freeze", "--reason", "urgent").code == 2


def test_other_commands_tell_the_change_and_refuse_to_go_on_over_it(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str, aws: Aws
) -> None:
    client("secretsmanager").create_secret(Name=f"{unique}/keys", SecretString="k1:hush")
    keys = f"proxy: {{signing_keys: 'secretsmanager:{unique}/keys'}}\n"
    text = f"function: {unique}\nservice: {{url: 'http://127.0.0.1:9'}}\nverify: {{timeout: 1s}}\n{keys}"
    (configured / "migration.yaml").write_text(text)
    run("freeze", "--yes")
    client("lambda").update_function_configuration(FunctionName=unique, Timeout=42)
    aws.wait_function_updated(unique)

    deployed = run("proxy", "deploy", "--yes")
    looking = [
        ("plan", "--phase", "proxy"),
        ("proxy", "deploy", "--dry-run"),
        ("inspect",),
        ("verify",),
        ("service", "deploy", "--dry-run"),
        ("rollback", "--dry-run"),
    ]
    told = {
        " ".join(command): f"`{unique}` was changed since the freeze of" in run(*command).err for command in looking
    }
    examined = {check["name"]: check for check in run("doctor", "--json").json["data"]["checks"]}

    assert told == dict.fromkeys(told, True)
    assert examined["code freeze"]["result"] == "fail"
    assert examined["code freeze"]["hint"].startswith("take the change over with `lambda-migrate freeze --refresh`")
    assert deployed.code == 5
    assert "UpdateFunctionConfiguration by arn:aws:iam::000000000000:user/test" in deployed.err
    assert len(client("lambda").list_versions_by_function(FunctionName=unique)["Versions"]) == 2


def test_a_refresh_takes_the_fix_into_the_repository_too(
    run: Callable[..., Answer],
    aws: Aws,
    tmp_path: Path,
    make_function: Callable[..., str],
    client: Callable[[str], Any],
) -> None:
    name = f"orders-{tmp_path.name[-12:]}"
    make_function(FunctionName=name, Handler="app.main.handler", Code={"ZipFile": package()})
    assert run("init", name, "--no-git", "--yes").code == 0
    frozen_at = run("freeze", "--yes")
    assert frozen_at.code == 0, frozen_at.err
    assert frozen_at.err.endswith("next: lambda-migrate service deploy\n")
    client("lambda").update_function_code(FunctionName=name, ZipFile=package("# urgent\n"))
    client("lambda").get_waiter("function_updated_v2").wait(FunctionName=name)
    readme = tmp_path / "service/README.md"
    readme.write_text("ours\n")

    taken = run("freeze", "--refresh", "--yes", "--json")

    assert taken.code == 0, taken.out
    assert (tmp_path / "service/src/app/main.py").read_text().endswith("# urgent\n")
    assert "src/app/main.py" in taken.json["data"]["written"]
    assert taken.json["data"]["kept"] == ["README.md"]
    assert readme.read_text() == "ours\n"
    assert run("freeze", "--check").code == 0


def test_a_refresh_from_a_folder_says_that_the_folder_has_to_have_the_fix(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str, aws: Aws
) -> None:
    run("freeze", "--yes", environ={"HOOK": "http://127.0.0.1:9"})
    client("lambda").update_function_configuration(FunctionName=unique, Timeout=42)
    aws.wait_function_updated(unique)
    (configured / "service").mkdir()
    text = (configured / "migration.yaml").read_text()
    (configured / "migration.yaml").write_text(f"{text}source: ../orders\n")

    shown = run("freeze", "--refresh", "--dry-run").out

    assert "The repository `service` follows, from the code in `../orders`: bring that up to date first." in shown


def package(addition: str = "") -> bytes:
    """Return the sample function's package, with something added to its main module."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as code:
        for path in sorted(SOURCE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                text = path.read_text()
                code.writestr(path.relative_to(SOURCE).as_posix(), text + (addition if path.name == "main.py" else ""))
    return buffer.getvalue()
