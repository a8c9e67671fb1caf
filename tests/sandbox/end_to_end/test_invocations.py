"""Direct invocations: whoever calls the function itself gets the same answer, error and retries from the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.end_to_end.stage import BOTH, ORIGINAL, PROXIED

if TYPE_CHECKING:
    from tests.sandbox.end_to_end.stage import Stage

pytestmark = pytest.mark.sandbox

PAYLOADS: dict[str, Any] = {
    "document": {"order": 7, "lines": [{"sku": "a"}, {"sku": "b", "amount": 0.1}], "note": "Zoë ☕ \u2028"},
    "nothing": None,
    "empty document": {},
}


@pytest.mark.parametrize("kind", PAYLOADS)
def test_the_answer_is_the_same(stage: Stage, kind: str) -> None:
    answers = {alias: stage.invoke(alias, PAYLOADS[kind]) for alias in BOTH}

    assert answers[PROXIED].pop("version") == stage.versions[PROXIED]
    assert answers[ORIGINAL].pop("version") == stage.versions[ORIGINAL]
    assert answers[PROXIED] == answers[ORIGINAL]
