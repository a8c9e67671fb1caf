"""The adapter's settings in a migration.yaml that is there already: nothing else of it changes."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.scaffold.adapter import Application
from lambda_migrate.scaffold.adapter_settings import Carried, carry, settings

FOUND: dict[str, Any] = {"lifespan": "off", "base_path": "/v2", "text_mime_types": ["a/b"], "exclude_headers": []}
PLAIN: dict[str, Any] = {"lifespan": "auto", "base_path": "", "text_mime_types": [], "exclude_headers": []}


def test_settings_are_those_that_could_be_told() -> None:
    application = Application(
        "main:app", "main.handler", base_path="/v2", exclude_headers=("x-a",), unresolved=("lifespan=L", "app=make(1)")
    )
    assert settings(application) == {"base_path": "/v2", "text_mime_types": [], "exclude_headers": ["x-a"]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "function: orders  # ours\n# the end",
            "function: orders  # ours\n# the end\nproxy:\n"
            '  text_mime_types: ["a/b"]\n  base_path: "/v2"\n  lifespan: "off"\n',
            id="no proxy",
        ),
        pytest.param(
            "proxy:  # how\n  # first\n  events: all  # why\n\n  # last\nfunction: orders\n",
            'proxy:  # how\n  # first\n  text_mime_types: ["a/b"]\n  base_path: "/v2"\n  lifespan: "off"\n'
            "  events: all  # why\n\n  # last\nfunction: orders\n",
            id="a block",
        ),
        pytest.param(
            "function: orders\nproxy: {events: all}\n",
            'function: orders\nproxy: {text_mime_types: ["a/b"], base_path: "/v2", lifespan: "off", events: all}\n',
            id="in one line",
        ),
        pytest.param(
            "function: orders\nproxy: {}\n",
            'function: orders\nproxy: {text_mime_types: ["a/b"], base_path: "/v2", lifespan: "off"}\n',
            id="empty",
        ),
    ],
)
def test_settings_that_are_missing_are_added(before: str, after: str) -> None:
    assert carry(before, FOUND, None) == Carried(after)
    assert carry(after, FOUND, None) == Carried(after)


def test_what_init_wrote_follows_the_code_and_comments_stay() -> None:
    text = (
        "function: orders\nproxy:\n  base_path: /v1   # as in the OpenAPI document\n  text_mime_types:\n    - x/y\n"
        "  # and now the keys\n  signing_keys: ssm:/keys\n"
    )
    assert carry(text, FOUND, {**PLAIN, "base_path": "/v1", "text_mime_types": ["x/y"]}) == Carried(
        'function: orders\nproxy:\n  lifespan: "off"\n  base_path: "/v2"   # as in the OpenAPI document\n'
        '  text_mime_types:\n    ["a/b"]\n  # and now the keys\n  signing_keys: ssm:/keys\n'
    )


def test_what_is_no_longer_set_goes_back_to_the_default() -> None:
    text = "function: orders\nproxy:\n  base_path: /v1\n"
    assert carry(text, PLAIN, {**PLAIN, "base_path": "/v1"}).text == 'function: orders\nproxy:\n  base_path: ""\n'


@pytest.mark.parametrize("before", [None, {**PLAIN, "base_path": "/v1"}])
def test_what_the_user_chose_stays_and_is_told(before: dict[str, Any] | None) -> None:
    text = "function: orders\nproxy:\n  base_path: /mine\n"
    assert carry(text, {"base_path": "/v2"}, before) == Carried(
        text,
        ('migration.yaml says `base_path: "/mine"` below `proxy`, the code says `"/v2"`; fix the one that is wrong',),
    )


@pytest.mark.parametrize(
    "text",
    [
        "function: orders\nproxy:\n  base_path: v2/\n  exclude_headers: [X-A]\n",
        "function: orders\nproxy:\n  exclude_headers: [x-a]\n  base_path: '/v2'\n",
    ],
)
def test_what_means_the_same_stays_as_it_is_written(text: str) -> None:
    assert carry(text, {"base_path": "/v2", "exclude_headers": ["x-a"], "lifespan": "auto"}, None) == Carried(text)


@pytest.mark.parametrize(
    "text",
    [
        "{function: orders}\n",
        "function: orders\n...\n",
        "function: orders\nproxy:\n  text_mime_types:\n  - x/y  # for the old client\n  - z/y\n",
    ],
)
def test_what_cannot_be_changed_without_harm_is_told(text: str) -> None:
    carried = carry(text, {"text_mime_types": ["a/b"]}, {"text_mime_types": ["x/y", "z/y"]})
    assert carried.text == text
    assert carried.notes[0].startswith("migration.yaml says `text_mime_types: ")
