"""Layers of images, applied as containers see them: whiteouts, links and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.scaffold.image_layers import CHARACTER, DEVICE, FIFO, FOLDER, HARD, SYMBOLIC, applied, contents, layer

if TYPE_CHECKING:
    from lambda_migrate.scaffold.image_files import ImageFiles


def test_the_code_is_kept_and_the_rest_of_the_image_is_not() -> None:
    files = applied(
        layer(("etc/passwd", b"root"), ("./app/main.py", b"one"), ("app/.venv/lib/x.py", b"no")),
        layer(("/app/main.py", b"two"), ("app/empty", b""), compressed=False),
    )

    assert contents(files) == {"app/main.py": b"two", "app/empty": b""}
    assert (files.folder, files.files["app/main.py"].mode) == ("app", 0o755)


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        ([("app/.wh.a.py", b"")], {"app/b/c.py", "app/b/d.py"}),
        ([("app/.wh.b", b"")], {"app/a.py"}),
        ([("app/.wh..wh..opq", b""), ("app/new.py", b"n")], {"app/new.py"}),
        ([("app/new.py", b"n"), ("app/.wh..wh..opq", b"")], {"app/new.py"}),
        ([("app/b/c.py", b"n"), ("app/.wh.b", b"")], {"app/a.py", "app/b/c.py"}),
        ([(".wh..wh..opq", b"")], set()),
        ([(".wh.app", b"")], set()),
        ([("app/.wh..wh.plnk", b"")], {"app/a.py", "app/b/c.py", "app/b/d.py"}),
        ([("app/b", b"now a file")], {"app/a.py", "app/b"}),
        ([("app/b", b"file"), ("app/b/e.py", b"folder again")], {"app/a.py", "app/b/e.py"}),
        ([("app/a.py", (FOLDER, "")), ("app/a.py/f.py", b"f")], {"app/a.py/f.py", "app/b/c.py", "app/b/d.py"}),
        ([("app/b", (SYMBOLIC, "/srv"))], {"app/a.py"}),
        ([("app/a.py", (DEVICE, ""))], {"app/b/c.py", "app/b/d.py"}),
    ],
)
def test_a_layer_hides_and_replaces_what_is_below(upper: list[Any], left: set[str]) -> None:
    lower = layer(("app/a.py", b"a"), ("app/b/c.py", b"c"), ("app/b/d.py", b"d"))

    assert set(applied(lower, layer(*upper)).files) == left


def test_links_lead_inside_the_image_and_are_not_files() -> None:
    files = applied(
        layer(("srv/real/main.py", b"m"), ("app", (SYMBOLIC, "srv/here")), ("srv/here", (SYMBOLIC, "../../srv/real"))),
        layer(("app/more.py", b"more"), ("app/link", (SYMBOLIC, "/etc/passwd")), ("app/null", (DEVICE, ""))),
    )

    assert files.folder == "srv/real"
    assert contents(files) == {"srv/real/more.py": b"more"}
    assert files.skipped == ["srv/real/link", "srv/real/null"]


def test_hard_links_are_the_files_that_they_name_wherever_those_are() -> None:
    files = applied(
        layer(("app/a.py", b"a"), ("lower/c.py", b"c")),
        layer(
            ("cache/b.py", b"b"),
            ("app/same.py", (HARD, "app/a.py")),
            ("app/b.py", (HARD, "cache/b.py")),
            ("app/lost.py", (HARD, "lower/c.py")),
        ),
    )

    assert contents(files) == {"app/a.py": b"a", "app/same.py": b"a", "app/b.py": b"b"}
    assert files.skipped == ["app/lost.py"]


def test_of_installed_packages_names_are_kept_and_contents_of_what_is_text() -> None:
    packages = "usr/local/lib/python3.12/site-packages"
    files = applied(layer((f"{packages}/a/__init__.py", b"code"), (f"{packages}/a/b.so", b"binary")))

    assert set(files.files) == {f"{packages}/a/__init__.py", f"{packages}/a/b.so"}
    assert files.read(f"{packages}/a/__init__.py") == b"code"
    assert files.python == "3.12"
    with pytest.raises(KeyError):
        files.read(f"{packages}/a/b.so")


def test_code_that_came_before_the_link_to_it_is_missed_and_that_is_told() -> None:
    def both(*order: int, folder: str = "/app") -> ImageFiles:
        layers = [layer(("srv/app/main.py", b"main")), layer(("app", (SYMBOLIC, "/srv/app")))]
        return applied(*(layers[each] for each in order), folder=folder)

    missed, found = both(0, 1), both(1, 0)
    again = both(0, 1, folder=f"/{missed.folder}")

    assert (missed.moved, missed.folder, contents(missed)) == (True, "srv/app", {})
    assert contents(found) == {"srv/app/main.py": b"main"}
    assert (again.moved, contents(again)) == (False, {"srv/app/main.py": b"main"})


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        ([("link/.wh..wh..opq", b""), ("link/new.py", b"n")], {"app/new.py"}),
        ([("link/.wh.a.py", b"")], {"app/b.py"}),
        ([(".wh.link", b""), ("link/a.py", b"not of the code")], {"app/a.py", "app/b.py"}),
        ([("app/a.py", (HARD, "app/b.py")), ("app/.wh.b.py", b"")], {"app/a.py"}),
        ([("app/pipe", (FIFO, "")), ("app/tty", (CHARACTER, "")), ("app/odd", (b"Z", ""))], {"app/a.py", "app/b.py"}),
        ([("app/a.py", (SYMBOLIC, "a.py"))], {"app/b.py"}),
    ],
)
def test_what_is_hidden_by_way_of_links_and_what_is_no_file(upper: list[Any], left: set[str]) -> None:
    lower = layer(("app/a.py", b"a"), ("app/b.py", b"b"), ("link", (SYMBOLIC, "app")))

    assert set(applied(lower, layer(*upper)).files) == left
