"""The function of CloudFront that sends a share of the requests to another origin, by its text and as it runs."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction, publish
from lambda_migrate.errors import Drifted, NotFound
from lambda_migrate.sandbox.ministack import viewer_functions
from tests.inventory.fake_aws import FakeAws

FUNCTION = CreateViewerFunction("lambda-migrate-E1-10", "lambda-migrate-api", 10)

TEXT = """\
import cf from 'cloudfront';

// Made by lambda-migrate, which deletes it once all requests go one way.
function handler(event) {
    if (Math.random() * 100 < 10) {
        cf.selectRequestOriginById("lambda-migrate-api");
    }
    return event.request;
}
"""

COUNT = """
let chosen = [], drawn = 0;
const cf = {selectRequestOriginById: (origin) => chosen.push(origin)};
Math.random = () => (drawn++ % 1000) / 1000;
"""
RUN = """
const same = Array.from({length: 1000}, () => handler({request: 'as it came'})).every((each) => each === 'as it came');
console.log(chosen.length, new Set(chosen).size, chosen[0], same);
"""


def test_it_selects_the_other_origin_as_often_as_its_share_says() -> None:
    assert FUNCTION.code == TEXT
    node = shutil.which("node")  # CloudFront's runtime is a subset of its language; it is not on every machine
    if node is None:
        return
    script = TEXT.replace("import cf from 'cloudfront';", COUNT) + RUN
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)  # our own text

    assert done.stdout.split() == ["100", "1", "lambda-migrate-api", "true"]


def test_the_sandbox_reads_the_text_that_is_written() -> None:
    found = viewer_functions.share(FUNCTION.code)

    assert found == (10, "lambda-migrate-api")
    assert viewer_functions.share("function handler(event) { return event.request; }") is None


def test_functions_are_counted_page_by_page() -> None:
    pages = iter(
        [
            {"FunctionList": {"NextMarker": "m", "Items": [{}, {}]}},
            {"FunctionList": {"Items": [{}]}},
        ]
    )
    aws: Any = FakeAws({"cloudfront:list_functions": lambda **_asked: next(pages)})

    assert (FUNCTION.there(aws), FUNCTION.holder()) == (3, "the account")


def test_a_function_that_is_gone_is_not_published() -> None:
    aws: Any = FakeAws({"cloudfront:describe_function": NotFound("no such function")})

    with pytest.raises(Drifted, match="viewer function lambda-migrate-E1-10 does not exist"):
        publish(aws, FUNCTION.name)
