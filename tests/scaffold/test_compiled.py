"""Versions for what nobody pinned: those of an earlier `init`, else what pip would install; wheels of ours stand in."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.scaffold.compiled import CannotResolveError, Compiled, ask_pip, pin
from lambda_migrate.scaffold.requirements import Needed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LINES = ("boto3==1.40.0", "parcels[fast]>=1.0; python_version >= '3.9'", "weights")
NEEDED = Needed(LINES, LINES[1:], (), (), ())
PINNED = ("boto3==1.40.0", 'parcels[fast]==1.4; python_version >= "3.9"', "scales==3.0", "weights==2.0")


def wheel(folder: Path, name: str, version: str, *needs: str, tag: str = "py3-none-any") -> None:
    """Make a wheel of nothing."""
    information = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: fast"]
    metadata += [f"Requires-Dist: {each}" for each in needs]
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as archive:
        archive.writestr(f"{information}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{information}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{information}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give pip a folder in place of an index, as a user's own settings would."""
    wheel(tmp_path, "boto3", "1.40.0")
    wheel(tmp_path, "parcels", "1.4", 'scales>=2; extra == "fast"')
    wheel(tmp_path, "parcels", "0.9")
    wheel(tmp_path, "weights", "2.0", tag="cp312-cp312-manylinux_2_17_aarch64")
    wheel(tmp_path, "weights", "1.0")
    wheel(tmp_path, "scales", "3.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("index")
@pytest.mark.processes
@pytest.mark.parametrize(
    ("python", "architecture", "weights"),
    [("3.12", "arm64", "2.0"), ("3.12", "x86_64", "1.0"), ("3.11", "arm64", "1.0")],
)
def test_pip_chooses_for_lambdas_platform_and_what_is_needed_besides_is_pinned_too(
    python: str, architecture: str, weights: str
) -> None:
    found = pin(NEEDED, "", ask_pip, python, architecture)

    lines = (*PINNED[:3], f"weights=={weights}")
    assert found == Compiled(Needed(lines, (), (), (), ()))


@pytest.mark.usefixtures("index")
@pytest.mark.processes
def test_what_no_index_has_stays_as_it_is_and_is_said() -> None:
    needed = Needed(("parcels>=7",), ("parcels>=7",), (), (), ())

    found = pin(needed, "", ask_pip, "3.12", "x86_64")

    note = "pip was asked for versions and has none: No matching distribution found for parcels>=7"
    assert found == Compiled(needed, note)


@pytest.mark.usefixtures("index")
@pytest.mark.processes
def test_what_an_earlier_init_chose_stays_and_what_nothing_needs_any_more_goes(index: Path) -> None:
    wheel(index, "parcels", "1.1", 'scales>=2; extra == "fast"')
    wheel(index, "scales", "2.5")
    before = "boto3==1.39.0\nparcels[fast]==1.1\nscales==2.5\nweights==1.0\nthings==9.0\n"

    found = pin(NEEDED, before, ask_pip, "3.12", "arm64")

    lines = ("boto3==1.40.0", 'parcels[fast]==1.1; python_version >= "3.9"', "scales==2.5", "weights==1.0")
    assert found == Compiled(Needed(lines, (), (), (), ()))


def nobody(
    _lines: Sequence[str], _python: str, _architecture: str, _constraints: Mapping[str, str]
) -> Mapping[str, str]:
    raise CannotResolveError("there is no network")


def test_versions_of_an_earlier_init_stay() -> None:
    before = "# a comment\nboto3==1.39.0\nparcels[fast]==1.1\nscales==2.5\nweights==1.0\n"

    found = pin(NEEDED, before, nobody, "3.12", "x86_64")

    lines = ("boto3==1.40.0", 'parcels[fast]==1.1; python_version >= "3.9"', "scales==2.5", "weights==1.0")
    assert found == Compiled(Needed(lines, (), (), (), ()))


@pytest.mark.parametrize("before", ["", "weights==1.0\n", "parcels==0.9\nweights==1.0\n"])
def test_versions_of_an_earlier_init_that_are_missing_or_no_longer_fit_are_asked_for_again(before: str) -> None:
    found = pin(NEEDED, before, nobody, "3.12", "x86_64")

    assert found == Compiled(NEEDED, "pip was asked for versions and has none: there is no network")


def test_nobody_is_asked_where_everything_is_pinned_or_where_the_user_is_offline() -> None:
    pinned = Needed(("boto3==1.40.0",), (), (), (), ())

    assert pin(pinned, "", nobody, "3.12", "x86_64") == Compiled(pinned)
    assert pin(NEEDED, "", None, "3.12", "x86_64") == Compiled(NEEDED)


@pytest.mark.parametrize("line", ["parcels @ https://example.com/parcels.zip", "# words", "-e ."])
def test_a_line_that_no_version_can_be_put_into_stays(line: str) -> None:
    needed = Needed((line,), (line,), (), (), ())

    found = pin(needed, "", lambda *_: {"parcels": "1.4"}, "3.12", "x86_64")

    assert line in found.needed.lines
    assert found.needed.unpinned == (line,)
