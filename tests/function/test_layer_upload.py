"""A layer on its way into ECR: cut off, killed or forgotten at any moment, it arrives, from where it had come to."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import AwsError, Interrupted, NoAnswer
from lambda_migrate.function.layer_upload import ATTEMPTS, LONGEST_PART, held, send
from lambda_migrate.function.transfer import Transfer, Unfinished, Upload
from tests.inventory.fake_aws import FakeAws
from tests.support.images import digest
from tests.targets.layer_registry import Killed, LayerRegistry, cut, kill

if TYPE_CHECKING:
    from pathlib import Path

LAYER = b"0123456789abc"
"""Four parts of the registry's four bytes."""

NAME = digest(LAYER)
CALLS = 6
"""One that begins, four parts, one that ends."""


@pytest.fixture(scope="module")
def session() -> Aws:
    return Aws(region="eu-west-1")


@pytest.fixture
def registry(session: Aws) -> LayerRegistry:
    made = LayerRegistry()
    made.attach(session)
    return made


def bring(aws: Aws, transfer: Transfer | None = None, content: bytes = LAYER) -> None:
    send(aws, "shop", digest(content), io.BytesIO(content), transfer)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_connection_that_is_cut_costs_one_part_at_most(
    session: Aws, registry: LayerRegistry, number: int, when: str
) -> None:
    registry.arm(number, when, cut)

    bring(session)

    assert registry.blobs == {NAME: LAYER}
    again = [first for first in registry.parts if registry.parts.count(first) > 1]
    assert sorted(set(registry.parts)) == [0, 4, 8, 12]
    assert len(again) == (2 if (2 <= number <= 5 and when == "after") else 0)
    assert registry.begun == (2 if (number, when) == (1, "after") else 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_run_that_was_killed_goes_on_where_ecr_has_come_to(
    session: Aws, registry: LayerRegistry, number: int, when: str, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.yaml"
    registry.arm(number, when, kill)
    with pytest.raises(Killed):
        bring(session, Transfer(unfinished=Unfinished.beside(ledger)))
    there = max((len(each) for each in registry.uploads.values()), default=0)
    registry.arm()

    bring(session, Transfer(unfinished=Unfinished.beside(ledger)))

    assert registry.blobs == {NAME: LAYER}
    assert [first for first in registry.parts if first < there - 4] == []
    assert registry.begun == (2 if (number, when) == (1, "after") else 1)
    assert not (tmp_path / ".lambda-migrate" / "ledger.uploads").exists()


def test_what_is_kept_is_the_upload_and_how_far_it_has_come_and_no_small_layer(
    session: Aws, registry: LayerRegistry, tmp_path: Path
) -> None:
    kept = Unfinished.beside(tmp_path / "ledger.yaml")
    registry.arm(4, "before", kill)
    with pytest.raises(Killed):
        bring(session, Transfer(unfinished=kept))
    file = tmp_path / ".lambda-migrate" / "ledger.uploads"
    large = json.loads(file.read_text())
    file.unlink()
    registry.arm(2, "before", kill)
    with pytest.raises(Killed):
        bring(session, Transfer(unfinished=Unfinished.beside(tmp_path / "ledger.yaml")), b"tiny")

    assert large == {f"shop {NAME}": ["u1", 4, 8]}
    assert not file.exists()


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"not JSON",
        b"[]",
        b"{" + b'"a":{' * 5000,
        json.dumps({f"shop {NAME}": ["u1", 0, 0]}).encode(),
        json.dumps({f"shop {NAME}": ["u1", 4, -1]}).encode(),
        json.dumps({f"shop {NAME}": [7, 4, 4]}).encode(),
        json.dumps({f"shop {NAME}": "u1"}).encode(),
        json.dumps({f"shop {NAME}": ["of-another-day", 4, 8]}).encode(),
        json.dumps({f"shop {NAME}": ["u1", 4, 10**9]}).encode(),
    ],
)
def test_a_file_that_is_damaged_or_old_decides_nothing(
    session: Aws, registry: LayerRegistry, kept: bytes, tmp_path: Path
) -> None:
    folder = tmp_path / ".lambda-migrate"
    folder.mkdir()
    (folder / "ledger.uploads").write_bytes(kept)

    bring(session, Transfer(unfinished=Unfinished.beside(tmp_path / "ledger.yaml")))

    assert registry.blobs == {NAME: LAYER}


def test_what_is_resumed_is_held_against_its_digest_and_begins_again_where_it_is_something_else(
    session: Aws, registry: LayerRegistry
) -> None:
    registry.uploads["theirs"] = b"wxyz"
    kept = Unfinished()
    kept.keep("shop", NAME, Upload("theirs", 4, 4))

    bring(session, Transfer(unfinished=kept))

    assert registry.blobs == {NAME: LAYER}
    assert registry.parts == [4, 8, 12, 0, 4, 8, 12]
    assert kept.find("shop", NAME) is None


def test_ecr_may_have_less_than_it_once_said(session: Aws, registry: LayerRegistry) -> None:
    registry.uploads["u7"] = LAYER[:4]
    kept = Unfinished()
    kept.keep("shop", NAME, Upload("u7", 4, 12))

    bring(session, Transfer(unfinished=kept))

    assert registry.blobs == {NAME: LAYER}
    assert registry.parts == [12, 4, 8, 12]


def test_it_stops_between_two_parts_and_goes_on_there(session: Aws, registry: LayerRegistry) -> None:
    asked: list[int] = []

    def pause() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise Interrupted("stopped at a clean point")

    transfer = Transfer(pause)
    with pytest.raises(Interrupted):
        bring(session, transfer)
    before = list(registry.parts)

    bring(session, transfer)

    assert (before, registry.parts) == ([0, 4], [0, 4, 8, 12])
    assert registry.blobs == {NAME: LAYER}


def test_what_somebody_else_has_brought_meanwhile_is_there(session: Aws, registry: LayerRegistry) -> None:
    registry.arm(CALLS, "before", lambda: registry.blobs.update({NAME: LAYER}))

    bring(session)

    assert (registry.writes, registry.begun, registry.blobs) == (CALLS, 1, {NAME: LAYER})


def test_a_part_that_never_arrives_ends_with_what_is_wrong(session: Aws, registry: LayerRegistry) -> None:
    registry.fault = {(number, "before"): cut for number in range(3, 30)}

    with pytest.raises(NoAnswer) as failed:
        bring(session)

    assert failed.value.message == "`AWS in eu-west-1` does not answer ecr:upload_layer_part"
    assert registry.writes == 2 + ATTEMPTS


@pytest.mark.parametrize("told", [{}, {"lastValidByteReceived": 0}, {"lastValidByteReceived": 99}])
def test_a_refusal_that_says_nowhere_to_go_on_begins_again_and_ends(told: dict[str, Any]) -> None:
    refused = AwsError("the part does not continue the upload", aws_code="InvalidLayerPartException")
    refused.told = told
    aws: Any = FakeAws(
        {
            "ecr:batch_check_layer_availability": {"layers": []},
            "ecr:initiate_layer_upload": {"uploadId": "u", "partSize": 4},
            "ecr:upload_layer_part": refused,
        }
    )

    with pytest.raises(AwsError) as failed:
        bring(aws)

    assert failed.value is refused
    assert aws.calls.count("ecr:initiate_layer_upload") == ATTEMPTS


def test_an_upload_that_gets_on_may_be_cut_more_often_than_one_that_does_not(
    session: Aws, registry: LayerRegistry
) -> None:
    registry.fault = {(number, "after"): cut for number in (2, 4, 6, 8, 10)}

    bring(session)

    assert registry.blobs == {NAME: LAYER}


def test_a_hundred_layers_are_asked_for_at_once() -> None:
    asked: list[int] = []

    def shown(layerDigests: list[str], **_: Any) -> Any:  # noqa: N803  # AWS's name
        asked.append(len(layerDigests))
        last = {"layerDigest": layerDigests[-1], "layerAvailability": "AVAILABLE"}
        return {"layers": [last, {"layerDigest": layerDigests[0], "layerAvailability": "ARCHIVED"}]}

    aws: Any = FakeAws({"ecr:batch_check_layer_availability": shown})

    there = held(aws, "shop", [str(number) for number in range(205)])

    assert (asked, there) == ([100, 100, 5], {"99", "199", "204"})


class Sparse(io.RawIOBase):
    """A file of eight gigabytes that takes no room; keeps how much of it was asked for at once."""

    size = 8 * 2**30
    zeros = bytes(LONGEST_PART)

    def __init__(self) -> None:
        self.at, self.most = 0, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = self.size if whence else offset
        return self.at

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= LONGEST_PART
        self.most = max(self.most, size)
        return self.zeros[: min(size, self.size - self.at)]


def test_eight_gigabytes_are_never_in_memory_at_once_and_are_told_in_bytes() -> None:
    ends, told = [0], []

    def part(partFirstByte: int, partLastByte: int, layerPartBlob: bytes, **_: Any) -> Any:  # noqa: N803  # AWS's names
        assert (partFirstByte, len(layerPartBlob)) == (ends[-1], partLastByte + 1 - partFirstByte)
        ends.append(partLastByte + 1)
        return {}

    aws: Any = FakeAws(
        {
            "ecr:batch_check_layer_availability": {"layers": []},
            "ecr:initiate_layer_upload": {"uploadId": "u", "partSize": 2**30},
            "ecr:upload_layer_part": part,
            "ecr:complete_layer_upload": {},
        }
    )
    content: Any = Sparse()

    send(aws, "shop", NAME, content, sent=told.append)

    assert content.most == LONGEST_PART
    assert told == [*ends[:-1], Sparse.size]
    assert len(ends) == Sparse.size // LONGEST_PART + 2
