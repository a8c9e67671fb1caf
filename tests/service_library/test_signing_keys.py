"""Signing keys: two at once, rotated in a file or a secret while the service runs, never told."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.environment import Environment
from lambda_migrate_service.proxy.signing_keys import SecretKeys, SigningKeys, parse

from lambda_migrate.aws import secrets
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


def replace(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def test_keys_are_read_by_id() -> None:
    assert parse("k1:a:b, k2:c") == {"k1": b"a:b", "k2": b"c"}
    assert parse("") == {}


@pytest.mark.parametrize("text", ["topsecret", "k1:", ":topsecret", "k1:topsecret,k1:other", "k 1:topsecret"])
def test_a_wrong_key_is_told_without_its_secret(text: str) -> None:
    with pytest.raises(ValueError, match=r"^key \d must be written id:secret, each id once$"):
        parse(text)


def test_a_rotation_needs_no_restart(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    seen = []
    keys = SigningKeys({}, file)
    seen.append(keys.current())
    for text in ("k1:a", "k2:b,k1:a", "k2:b\n"):
        replace(file, text)
        seen.append(keys.current())
    file.unlink()
    seen.append(keys.current())
    assert seen == [{}, {"k1": b"a"}, {"k2": b"b", "k1": b"a"}, {"k2": b"b"}, {}]


def test_a_file_that_is_broken_keeps_the_last_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "keys"
    keys = SigningKeys({}, file)
    replace(file, "k1:a")
    keys.current()
    replace(file, "topsecret")
    assert keys.current() == {"k1": b"a"}
    assert keys.current() == {"k1": b"a"}
    assert "topsecret" not in caplog.text
    assert caplog.text.count("the last ones stay") == 1


def test_a_link_that_leads_elsewhere_is_followed_again(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "keys").write_text(f"k{number}:a")
    mounted.symlink_to(tmp_path / "1")
    keys = SigningKeys.read(Environment({"LAMBDA_MIGRATE_SIGNING_KEYS_FILE": str(mounted / "keys")}))
    seen = [keys.current()]
    mounted.unlink()
    mounted.symlink_to(tmp_path / "2")
    assert [*seen, keys.current()] == [{"k1": b"a"}, {"k2": b"a"}]


def test_a_file_that_may_not_be_seen_keeps_the_last_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "keys").write_text("k1:a")
    keys = SigningKeys({}, folder / "keys")
    keys.current()
    (folder / "keys").unlink()
    folder.rmdir()
    folder.write_text("no folder any more")
    assert keys.current() == {"k1": b"a"}
    assert "the last ones stay" in caplog.text


def test_a_file_that_is_just_being_written_keeps_the_last_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("k1:a")
    keys = SigningKeys({}, file)
    keys.current()
    with file.open("w") as half_written:
        assert keys.current() == {"k1": b"a"}
        half_written.write("k2:b")
    assert keys.current() == {"k2": b"b"}


def test_an_edit_in_place_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("k1:a")
    keys = SigningKeys({}, file)
    keys.current()
    file.write_text("k1:b")
    os.utime(file, ns=(1, 1))
    assert keys.current() == {"k1": b"b"}


def test_wrong_variables_are_named() -> None:
    environment = Environment(
        {"LAMBDA_MIGRATE_SIGNING_KEYS": "topsecret", "LAMBDA_MIGRATE_SIGNING_KEYS_FILE": "/no/such"}
    )
    SigningKeys.read(environment)
    assert environment.problems == [
        "LAMBDA_MIGRATE_SIGNING_KEYS: key 1 must be written id:secret, each id once",
        "LAMBDA_MIGRATE_SIGNING_KEYS_FILE: `/no/such` does not exist",
    ]


class Store:
    """A secret of AWS that counts how often it is read, and a clock that the test turns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reads: list[str] = []
        self.now = 1000.0
        self.gate = threading.Event()
        self.gate.set()

    def read(self) -> str:
        self.reads.append(threading.current_thread().name)
        assert self.gate.wait(TIMEOUT)
        if not self.text:
            raise ConnectionError("the secret is topsecret")
        return self.text

    def keys(self, **more: Any) -> SigningKeys:
        return SigningKeys(
            {}, secret=SecretKeys("ssm:/keys", self.read, parse(self.text), clock=lambda: self.now, **more)
        )


def find(keys: SigningKeys, *identifiers: str) -> list[bytes | None]:
    async def each() -> list[bytes | None]:
        return list(await asyncio.gather(*(keys.find(identifier) for identifier in identifiers)))

    return asyncio.run(each())


def test_a_key_that_is_not_known_yet_is_read_from_the_secret() -> None:
    store = Store("k1:a")
    keys = store.keys()
    store.text, store.now = "k1:a,k2:b", store.now + 2.5

    assert find(keys, "k2", "k1") == [b"b", b"a"]
    assert [name.partition("_")[0] for name in store.reads] == ["signing-keys"]


def test_strangers_cannot_make_the_service_read_the_secret_over_and_over() -> None:
    store = Store("k1:a")
    keys = store.keys()

    for _ in range(80):
        find(keys, *(f"made-up-{number}" for number in range(10)))
        store.now += 0.125

    assert len(store.reads) == 4


def test_many_requests_at_once_wait_for_one_read_and_the_loop_goes_on() -> None:
    store = Store("k1:a")
    keys = store.keys()
    store.text, store.now = "k2:b", store.now + 2.5
    store.gate.clear()

    async def wait() -> list[bytes | None]:
        looking = [asyncio.create_task(keys.find("k2")) for _ in range(20)]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in looking)
        store.gate.set()
        return [await task for task in looking]

    assert asyncio.run(wait()) == [b"b"] * 20
    assert len(store.reads) == 1


def test_a_known_key_waits_for_nothing_and_is_looked_up_again_behind_its_back() -> None:
    store = Store("k1:a,k2:b")
    keys = store.keys(refresh=60)
    store.text, store.now = "k2:b", store.now + 61
    store.gate.clear()

    assert find(keys, "k1") == [b"a"]
    store.gate.set()
    eventually(lambda: "k1" not in keys.current())

    assert find(keys, "k1", "k2") == [None, b"b"]


def test_after_a_long_silence_a_key_that_was_dropped_is_not_believed_once_more() -> None:
    store = Store("k1:a,k2:b")
    keys = store.keys(refresh=60)
    store.text, store.now = "k2:b", store.now + 121

    assert find(keys, "k1") == [None]


@pytest.mark.parametrize("text", ["", "topsecret"], ids=["unreachable", "garbled"])
def test_a_secret_that_cannot_be_read_keeps_the_last_keys_and_its_words_to_itself(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store("k1:a")
    keys = store.keys()
    store.text, store.now = text, store.now + 200

    assert find(keys, "k1", "k2") == [b"a", None]
    assert "the signing keys in `ssm:/keys` cannot be read, the last ones stay" in caplog.text
    assert "topsecret" not in caplog.text


def test_a_reference_in_place_of_the_keys_is_read_when_the_service_starts() -> None:
    asked = []

    def reader(reference: str) -> Callable[[], str]:
        asked.append(reference)
        return lambda: "k1:a"

    environment = Environment({"LAMBDA_MIGRATE_SIGNING_KEYS": "secretsmanager:orders/keys"})
    keys = SigningKeys.read(environment, reader)

    assert (keys.current(), asked, environment.problems) == ({"k1": b"a"}, ["secretsmanager:orders/keys"], [])


def test_a_reference_that_cannot_be_read_is_told_by_its_name() -> None:
    def reader(_reference: str) -> Callable[[], str]:
        raise ConnectionError("topsecret")

    environment = Environment(
        {"LAMBDA_MIGRATE_SIGNING_KEYS": "ssm:/orders/keys", "LAMBDA_MIGRATE_SIGNING_KEYS_REFRESH": "often"}
    )
    SigningKeys.read(environment, reader)

    assert environment.problems == [
        "LAMBDA_MIGRATE_SIGNING_KEYS_REFRESH must be a number of at least 1",
        "LAMBDA_MIGRATE_SIGNING_KEYS: `ssm:/orders/keys` cannot be read (ConnectionError)",
    ]


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", ["secretsmanager", "ssm"])
def test_both_stores_are_read_and_read_again(kind: str, aws: Aws, unique: str) -> None:
    reference = f"{kind}:/{unique}/keys"
    secrets.write(aws, reference, "k1:a")
    keys = SigningKeys.read(Environment({"LAMBDA_MIGRATE_SIGNING_KEYS": reference}))
    secrets.write(aws, reference, "k2:b,k1:a")

    assert keys.current() == {"k1": b"a"}
    eventually(lambda: find(keys, "k2") == [b"b"])
