"""An image of another account: read there, put here, cut off and carried on with, and allowed in both places."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.ecr import copy_image
from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.aws import download
from lambda_migrate.aws.permissions import Place, permissions
from lambda_migrate.aws.session import Aws
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.machines import LASTS, Machines, decode
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.errors import Interrupted, MigrateError, NotAllowed
from tests.inventory.fake_aws import FakeAws
from tests.support.images import DOCKER, Recipe, digest
from tests.support.listening import Handler, listening
from tests.targets.layer_registry import Killed, LayerRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IDENTITY = Identity("123456789012", "eu-west-1", "arn:aws:lambda:eu-west-1:123456789012:function:orders")
OTHER = "999999999999"
NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(20))
BUILT = Recipe([{"var/task/app.py": NOISE}]).build()
BLOBS = (BUILT.config, *BUILT.layers)
PART = 300
PARTS = sum(-(-len(each) // PART) for each in BLOBS)
COPY = CopyImage(f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/their/orders", "orders", BUILT.digest, "kept")


def test_it_is_read_in_the_other_registry_and_what_is_here_already_is_not_sent() -> None:
    asked: list[tuple[str, str, str]] = []

    def answer(name: str, given: Any) -> Any:
        def answered(**parameters: Any) -> Any:
            asked.append((name, parameters["repositoryName"], parameters.get("registryId", "ours")))
            return given

        return answered

    image = {
        "imageId": {"imageDigest": BUILT.digest},
        "imageManifest": BUILT.manifest.decode(),
        "imageManifestMediaType": DOCKER,
    }
    available = {"layers": [{"layerDigest": digest(each), "layerAvailability": "AVAILABLE"} for each in BLOBS]}
    answers = {"batch_get_image": {"images": [image]}, "batch_check_layer_availability": available, "put_image": {}}
    aws: Any = FakeAws({f"ecr:{name}": answer(name, given) for name, given in answers.items()})

    COPY.apply(aws)

    assert asked == [
        ("batch_get_image", "their/orders", OTHER),
        ("batch_check_layer_availability", "orders", "ours"),
        ("put_image", "orders", "ours"),
    ]


def test_a_policy_for_it_names_both_repositories() -> None:
    place = Place("aws", "eu-west-1", "123456789012")

    resources = {each.resource for call in COPY.aws_calls() for each in permissions(call, place)}

    assert resources == {
        f"arn:aws:ecr:eu-west-1:{OTHER}:repository/their/orders",
        "arn:aws:ecr:eu-west-1:123456789012:repository/orders",
    }


class Copying:
    """A run that copies the image, with its own ledger; every command opens the ledger again."""

    def __init__(self, aws: Aws, registry: LayerRegistry, folder: Path) -> None:
        self.aws, self.registry = aws, registry
        self.path = folder / "ledger.yaml"
        self.plan = Plan("proxy", IDENTITY.function, "", (Step("01-copy_image", COPY),))

    def forward(self, stop: Callable[[], bool] = lambda: False) -> None:
        with Ledger.open(self.path, IDENTITY, command="proxy deploy", by="arn:aws:iam::0:user/ada") as ledger:
            Executor(ledger, self.aws, stop=stop, lag=0.0, sleep=lambda _seconds: None).run(self.plan)

    def back(self) -> None:
        with Ledger.open(self.path, IDENTITY, command="rollback", by="arn:aws:iam::0:user/ada") as ledger:
            Executor(ledger, self.aws, lag=0.0, sleep=lambda _seconds: None).rollback()

    @property
    def events(self) -> list[str]:
        return [record.event for record in Ledger.read(self.path).records if record.id]


@pytest.fixture(scope="module")
def session() -> Aws:
    return Aws(region="eu-west-1")


@pytest.fixture(scope="module")
def shelf() -> Iterator[str]:
    blobs = {digest(each): each for each in BLOBS}

    class Shelf(Handler):
        def serve(self) -> None:
            self.answer(200, blobs[self.path.strip("/")])

    with listening(Shelf) as url:
        yield url


@pytest.fixture
def registry(session: Aws, shelf: str) -> LayerRegistry:
    made = LayerRegistry(part=PART, url=shelf)
    made.hold(OTHER, BUILT)
    made.attach(session)
    return made


def test_killed_at_any_call_the_copy_goes_on_or_back_as_if_nothing_had_happened(
    session: Aws, registry: LayerRegistry, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    whole = Copying(session, registry, tmp_path / "whole")
    registry.arm()
    whole.forward()
    calls, images, blobs = registry.writes, dict(registry.images["ours"]), dict(registry.blobs)
    assert (len(registry.parts), calls) == (PARTS, PARTS + 5)
    assert images == {"kept": BUILT.manifest.decode(), BUILT.digest: BUILT.manifest.decode()}
    assert set(blobs) == {digest(each) for each in BLOBS}

    for number in range(1, calls + 1):
        for when in ("before", "after"):
            for on in (True, False)[: 1 + (when == "after")]:
                registry.images["ours"], registry.blobs, registry.uploads = {}, {}, {}
                run = Copying(session, registry, tmp_path / f"{number}-{when}-{on}")
                registry.arm(number, when)
                with pytest.raises(Killed):
                    run.forward()
                sent = len(registry.parts)
                registry.arm()
                if on:
                    run.forward()
                    assert (registry.images["ours"], registry.blobs) == (images, blobs), (number, when)
                    assert sent + len(registry.parts) <= PARTS + 1, (number, when)
                run.back()
                assert registry.images["ours"] == {}, (number, when)
    record_property("crash_points", 3 * calls)


def test_ctrl_c_stops_between_two_parts_says_what_is_kept_and_the_next_run_goes_on(
    session: Aws, registry: LayerRegistry, tmp_path: Path
) -> None:
    run = Copying(session, registry, tmp_path)
    registry.arm()

    with pytest.raises(Interrupted) as stopped:
        run.forward(stop=lambda: len(registry.parts) == 2)
    before = list(registry.parts)
    run.forward()

    size = sum(map(len, BLOBS))
    assert (stopped.value.message, stopped.value.hint) == (
        f"stopped while the image was copied: 600 of {size:,} bytes of {COPY.source} are in repository `orders`",
        "what has arrived is kept; the same command resumes there",
    )
    assert before == [0, PART]
    assert registry.parts == [first for each in BLOBS for first in range(0, len(each), PART)]
    assert run.events == ["intent", "undone", "intent", "applied"]
    assert registry.begun == 2


def test_it_stops_during_a_download_too(session: Aws, registry: LayerRegistry, tmp_path: Path) -> None:
    run, asked = Copying(session, registry, tmp_path), []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1  # before the step, and then while the configuration comes

    registry.arm()
    with pytest.raises(Interrupted):
        run.forward(stop)

    assert registry.writes == 0


def test_the_lock_between_machines_is_renewed_while_a_copy_goes_on(
    session: Aws, registry: LayerRegistry, tmp_path: Path
) -> None:
    now, renewed = [1_800_000_000.0], []

    def update(Description: str, **_: Any) -> Any:  # noqa: N803  # AWS's name
        claim = decode(Description)
        assert claim is not None
        renewed.append(claim.until - now[0])
        alias["Description"] = Description
        return {}

    alias = {"Description": "", "RevisionId": "r", "FunctionVersion": "1"}
    lambdas: Any = FakeAws({"lambda:get_alias": lambda **_: dict(alias), "lambda:update_alias": update})
    machines = Machines(lambdas, "orders", "proxy deploy", lambda: now[0])
    machines.acquire()

    def stop() -> bool:
        now[0] += 100.0
        machines.tick()
        return False

    registry.arm()
    Copying(session, registry, tmp_path).forward(stop)

    assert len(registry.parts) == PARTS
    assert len(renewed) > 2
    assert set(renewed) == {LASTS}


def test_a_right_to_read_that_is_taken_away_meanwhile_leaves_nothing_half_written(
    session: Aws, registry: LayerRegistry, tmp_path: Path
) -> None:
    def refuse() -> None:
        raise NotAllowed("ecr:UploadLayerPart `orders` is not allowed", hint="allow `ecr:UploadLayerPart`")

    run = Copying(session, registry, tmp_path)
    registry.arm(3, "before", refuse)

    with pytest.raises(NotAllowed):
        run.forward()
    left = dict(registry.images.get("ours", {}))
    run.forward()

    assert left == {}
    assert registry.images["ours"]["kept"] == BUILT.manifest.decode()
    assert registry.begun == 2


def test_the_disk_is_asked_before_anything_is_copied(
    session: Aws, registry: LayerRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = download.shutil.disk_usage("/")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _folder: usage._replace(free=7))
    monkeypatch.setattr(download.tempfile, "gettempdir", lambda: "/small")
    registry.arm()

    with pytest.raises(MigrateError) as refused:
        Copying(session, registry, tmp_path).forward()

    assert (refused.value.message, refused.value.hint) == (
        "`/small` has 0 MB left, and the image needs 0 MB",
        "make room there, or name a folder on another disk in the variable TMPDIR",
    )
    assert (registry.writes, registry.images.get("ours")) == (0, None)


def test_how_far_it_is_is_told_in_bytes(
    session: Aws, registry: LayerRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(session, "looked", lambda what, done, total: told.append((what, done, total)))
    registry.arm()

    Copying(session, registry, tmp_path).forward()

    size = sum(map(len, BLOBS))
    came = [done for what, done, total in told if (what, total) == (f"bytes from {COPY.source}", size)]
    went = [done for what, done, total in told if (what, total) == ("bytes into repository `orders`", size)]
    assert len(came) + len(went) == len(told)
    assert came[-1] == went[-1] == size
    assert (came, went) == (sorted(came), sorted(went))
    assert len(went) == PARTS + len(BLOBS)


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, _content: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_is_full_on_the_way_is_named(
    session: Aws, registry: LayerRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_image.tempfile, "TemporaryFile", Full)
    registry.arm()

    with pytest.raises(MigrateError) as failed:
        Copying(session, registry, tmp_path).forward()

    assert (failed.value.message, failed.value.hint) == (
        f"{digest(BUILT.config)[:19]}… of {COPY.source} cannot be kept: No space left on device",
        "make room there, or name a folder on another disk in the variable TMPDIR",
    )
    assert (registry.writes, registry.images.get("ours")) == (0, None)
