"""`proxy rotate-key` for a person: what is shown, what is asked, what stops it; the load test is in the sandbox's."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.function import signing_keys
from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@dataclass
class Service:
    """A healthy service that knows some keys by their ids."""

    url: str = ""
    known: set[str] = field(default_factory=lambda: {"k1"})
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()

    class Knowing(Handler):
        def serve(self) -> None:
            self.received()
            key = self.headers.get("x-lambda-migrate-key-id", "")
            if self.path == "/lambda-proxy-probe":
                service.asked.append(key)
            well = self.path in ("/healthz", "/readyz") or (self.path == "/lambda-proxy-probe" and key in service.known)
            self.answer(200 if well else 404, b"{}")

    with listening(Knowing) as service.url:
        yield service


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@dataclass(frozen=True)
class User:
    run: Callable[..., Answer]
    folder: Path
    function: str
    aws: Aws

    def __call__(self, *arguments: str, **options: Any) -> Answer:
        return self.run("proxy", *arguments, **options)

    @property
    def secret(self) -> str:
        return f"secretsmanager:{self.function}/keys"

    @property
    def keys(self) -> list[str]:
        return signing_keys.read(self.aws, self.secret).identifiers

    def configure(self, url: str = "http://127.0.0.1:9", keys: str | None = None) -> None:
        (self.folder / "migration.yaml").write_text(
            f"function: {self.function}\n"
            f"service: {{url: '{url}', directory: '.'}}\n"
            f"proxy: {{{f'signing_keys: {self.secret}' if keys is None else keys}}}\n"
            "cutover: {propagation: false}\n"
            "verify: {timeout: 0.5s, slow: 60s, metric_period: 1s, arrival: 0s}\n"
        )

    def latest(self) -> dict[str, Any]:
        """Return what the proxy changes of $LATEST."""
        found = self.aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        variables = (found.get("Environment") or {}).get("Variables") or {}
        return {"handler": found["Handler"], "layers": found.get("Layers") or [], "variables": variables}

    def versions(self) -> list[str]:
        """Return which key each version signs with, the oldest first; "" for those that do not sign."""
        listed = self.aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=self.function)
        return [
            each.get("Environment", {}).get("Variables", {}).get("LAMBDA_MIGRATE_SIGNING_KEYS", "").partition(":")[0]
            for each in listed
            if each["Version"] != "$LATEST"
        ]


@pytest.fixture
def user(run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str) -> User:
    make_function()
    user = User(run, tmp_path, unique, aws)
    user.configure()
    return user


def rotated(user: User, service: Service) -> None:
    """Have the proxy sign with a second key, which the service knows."""
    service.known.add("k2")
    user("rotate-key", "--yes")
    user.configure(service.url)
    user("deploy", "--events", "all", "--yes")
    user("rotate-key", "--yes")


def test_without_a_reference_it_says_what_to_write(user: User) -> None:
    user.configure(keys="")

    answer = user("rotate-key", "--dry-run")

    assert (answer.code, answer.err) == (
        2,
        (
            "error: no secret for the signing keys is named\n\n"
            f"hint: write `signing_keys: secretsmanager:lambda-migrate/{user.function}/signing-keys` under `proxy:`"
            " in migration.yaml\n"
        ),
    )


def test_the_first_key_needs_neither_service_nor_proxy(user: User) -> None:
    shown = user("rotate-key", "--dry-run")
    assert (shown.code, user.keys) == (0, [])
    assert f"signing keys in {user.secret}: no key → k1 signs" in " ".join(shown.out.split())

    answer = user("rotate-key", "--yes", "--json")

    assert answer.code == 0
    assert answer.json["data"]["applied"] == ["01-set_signing_keys"]
    assert user.keys == ["k1"]


def test_nobody_can_deploy_a_proxy_before_there_is_a_key(user: User) -> None:
    answer = user("deploy", "--events", "all", "--yes")

    assert answer.code == 3
    assert f"signing-keys: `{user.secret}` holds no key yet; run `proxy rotate-key` first" in answer.err


def test_the_secret_s_value_is_told_nowhere(user: User) -> None:
    answers = [user("rotate-key", "--yes", "--debug"), user("rotate-key", "--yes", "--json")]

    value = signing_keys.read(user.aws, user.secret)
    texts = [*(answer.out + answer.err for answer in answers), (user.folder / "ledger.yaml").read_text()]
    assert value.identifiers == ["k1"]
    assert [text for text in texts for _, secret in value.pairs if secret in text] == []


def test_typed_again_it_makes_no_second_key_while_nothing_signs_with_the_first(user: User) -> None:
    user("rotate-key", "--yes")
    ledger = (user.folder / "ledger.yaml").read_bytes()

    again = user("rotate-key", "--yes")
    (user.folder / "ledger.yaml").write_bytes(ledger[: ledger.rindex(b"\n---")] + b"\n")
    (user.folder / "ledger.index").unlink()
    cut_off = user("rotate-key", "--yes")

    assert (again.code, cut_off.code, user.keys) == (0, 0, ["k1"])
    assert "k1 was made by the last command and signs nothing yet" in " ".join(again.out.split())


def test_after_the_end_of_a_rotation_everything_goes_back(user: User, service: Service) -> None:
    before = user.latest()
    service.known.add("k2")
    for command in (["rotate-key"], ["deploy", "--events", "all"], ["rotate-key"], ["rotate-key", "--finish"]):
        user.configure(service.url)
        assert user(*command, "--yes").code == 0

    answer = user.run("rollback", "--yes", "--json")

    assert answer.code == 0, answer
    assert (user.keys, user.versions(), user.latest()) == (["k2"], [], before)
    passed = [each["id"] for each in answer.json["data"]["stayed"] if each["why"] == "passed"]
    assert {"01-drop_signing_key", "01-set_signing_keys"} <= set(passed)
    assert user.run("rollback", "--yes").out.startswith("Nothing to roll back")


def test_it_asks_before_it_changes_anything(user: User) -> None:
    answer = user("rotate-key", typed="n\n")

    assert f"Rotate the signing key of {user.function}? [y/N]" in answer.err + answer.out
    assert user.keys == []


def test_a_service_that_does_not_know_the_new_key_pauses_it_and_nothing_signs_with_it(
    user: User, service: Service
) -> None:
    user("rotate-key", "--yes")
    user.configure(service.url)
    assert user("deploy", "--events", "all", "--yes").code == 0

    answer = user("rotate-key", "--yes")
    assert answer.code == 7
    assert "does not accept the key `k2`" in answer.err
    assert (user.keys, user.versions()) == (["k1", "k2"], ["", "k1"])
    assert set(service.asked) == {"k2"}

    service.known.add("k2")
    answer = user("rotate-key", "--yes")
    assert (answer.code, user.keys, user.versions()) == (0, ["k2", "k1"], ["", "k1", "k2"])
    assert "next: lambda-migrate proxy rotate-key --finish" in answer.err

    due = user("deploy", "--events", "all", "--dry-run", "--json").json["data"]["plan"]["steps"]
    assert due == []


def test_a_rotation_that_was_cut_off_at_its_very_end_is_not_begun_once_more(user: User, service: Service) -> None:
    rotated(user, service)
    ledger = (user.folder / "ledger.yaml").read_bytes()

    again = user("rotate-key", "--yes")
    (user.folder / "ledger.yaml").write_bytes(ledger[: ledger.rindex(b"\n---")] + b"\n")
    (user.folder / "ledger.index").unlink()
    pin = {"FunctionName": user.function, "Name": "lambda-migrate", "Description": ""}
    user.aws.call("lambda", "update_alias", **pin)  # the run ended before it left the ledger's end there
    cut_off = user("rotate-key", "--yes")

    assert (again.code, "rotation-unfinished" in again.err) == (3, True)
    assert (cut_off.code, user.keys) == (0, ["k2", "k1"]), cut_off


def test_finishing_is_refused_while_the_alias_signs_with_the_old_key(user: User, service: Service) -> None:
    rotated(user, service)
    user.aws.call("lambda", "create_alias", FunctionName=user.function, Name="live", FunctionVersion="2")

    answer = user("rotate-key", "--finish", "--yes")
    assert answer.code == 3
    assert "alias `live` still invokes version 2, which signs with k1" in answer.err

    user.aws.call("lambda", "update_alias", FunctionName=user.function, Name="live", FunctionVersion="3")
    asked = user("rotate-key", "--finish", typed="n\n")
    assert f"Drop the signing key k1 of {user.function}? This cannot be undone. [y/N]" in asked.err + asked.out
    assert user.keys == ["k2", "k1"]

    assert user("rotate-key", "--finish", "--yes").code == 0
    assert user.keys == ["k2"]


def test_the_old_key_stays_where_the_service_does_not_know_the_new_one(user: User, service: Service) -> None:
    rotated(user, service)
    service.known = {"k1"}

    answer = user("rotate-key", "--finish", "--yes")

    assert answer.code == 3
    assert "the service does not accept k2, the key that stays" in answer.err
    assert user.keys == ["k2", "k1"]


def test_a_rotation_is_taken_back_from_the_ledger(user: User, service: Service) -> None:
    rotated(user, service)

    answer = user.run("rollback", "--last", "--yes")

    assert (answer.code, user.keys, user.versions()) == (0, ["k1"], ["", "k1"])
