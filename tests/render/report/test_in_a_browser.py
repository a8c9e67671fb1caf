"""The page in a real browser: three sizes, the dark, print; nothing is asked for, nothing is hard to reach.

It needs Chromium and what `requirements-browser.txt` names; `.ci/run` installs both where it may.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.render.report.page import page
from tests.render.report.reports import HOSTILE, REPORT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; see CONTRIBUTING.md")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed; see CONTRIBUTING.md")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed; see CONTRIBUTING.md"),
    pytest.mark.processes,
    pytest.mark.xdist_group("browser"),
]

SIZES = [(1280, 900), (768, 1024), (360, 740)]
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "report.html"
    path.write_text(page(REPORT), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_is_shown_whole_without_a_request_or_an_error(
    browser: Any, file: str, width: int, height: int, scheme: str
) -> None:
    opened = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    told: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))

    opened.goto(file)
    wide = opened.evaluate("document.documentElement.scrollWidth")
    serious = [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in axe.Axe().run(opened).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    opened.close()

    assert (told, asked, serious) == ([], [file], [])
    assert wide <= width


def test_what_came_from_elsewhere_is_text(browser: Any, file: str) -> None:
    opened = browser.new_page()
    opened.goto(file)
    scripts, text = opened.locator("script").count(), opened.inner_text("body")
    opened.close()

    assert scripts == 0
    assert "<script>alert(1)</script> \\u202e\\x1b[31m|`*" in text
    assert HOSTILE not in text


def test_on_paper_nothing_is_cut_off(browser: Any, file: str) -> None:
    opened = browser.new_page(viewport={"width": 760, "height": 1000})
    opened.goto(file)
    opened.emulate_media(media="print")
    cut = opened.evaluate("[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length")
    printed = opened.pdf(format="A4")
    opened.close()

    assert cut == 0
    assert printed.startswith(b"%PDF")
