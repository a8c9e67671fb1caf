"""How much the proxy adds: to a warm request, to a cold start, to memory. Everything is a ratio taken in one run.

`BENCH_WRITE=1` writes the table into docs/proxy.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from lambda_migrate.proxy.layer import build
from tests.benchmarks.exchanges import EXCHANGES, SERVICE, UVICORN
from tests.benchmarks.proxy_speed import (
    LEAST_LESS,
    MOST_RATIO,
    Row,
    machine,
    measured_cpu,
    measured_imports,
    measured_memory,
    measured_requests,
)

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

DOCUMENT = Path(__file__).parents[2] / "docs" / "proxy.md"
REMARK = f"""\
A raw exchange sends the client's own request over a kept socket and keeps the answer's body. Coding is what comes to
that whoever does it: body to bytes, their SHA-256, bytes to text, for images from and to base64, each one call of the
standard library; "at best" is how many raw exchanges a proxy would take that did nothing else. The aims are at most
{MOST_RATIO} raw exchanges, signing included, and to add at least {LEAST_LESS} times less ("less by") than Mangum with
httpx, which does not sign; where one was missed, the figure is bold. The bare socket answers as soon as it has the
body, with no server or application behind it, which no service does: it shows what the proxy itself costs.
Times are medians of one run, in which other programs may have been busy: compare them with each other only, and where
the load was high, CPU above a raw exchange alone."""


def table(
    rows: dict[str, list[Row]],
    imports: dict[str, float],
    memory: dict[str, float],
    cpu: tuple[float, float],
    measured_on: str,
) -> str:
    base = imports["a bare interpreter"]
    trio = imports["`http.client`, `json`, `hmac`"]
    lines = [
        "| service | body | raw exchange | coding | proxy | Mangum + httpx | proxy / raw | at best | less by |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(f"| {server} | {row} |" for server, measured in rows.items() for row in measured),
        "",
        REMARK,
        "",
        f"CPU for 1 KB of text: {cpu[0]:.0f} µs raw, {cpu[1] - cpu[0]:.0f} µs more through the proxy. {measured_on}",
        "",
        "| cold start | milliseconds | over a bare interpreter | relative to the standard modules |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {found:.0f} | {found - base:.0f} | {(found - base) / (trio - base):.2f} |"
            for name, found in imports.items()
        ),
        "",
        f"The layer is {len(build().content) / 1024:.0f} KB. Memory for one request beside its event: "
        + ", ".join(f"{bodies:.1f} bodies at {name}" for name, bodies in memory.items())
        + ".",
    ]
    return "\n".join(lines)


def test_the_proxy_adds_little(tmp_path: Path) -> None:
    measured_on = machine()
    rows = {"uvicorn": measured_requests(UVICORN), "bare socket": measured_requests(SERVICE)}
    large = [exchanged for exchanged in EXCHANGES if exchanged.size > 1_048_576]
    memory = {str(exchanged): measured_memory(exchanged) for exchanged in large}

    text = table(rows, measured_imports(tmp_path), memory, measured_cpu(), measured_on)

    print("\n" + text)  # a benchmark's result is what it prints
    if os.environ.get("BENCH_WRITE"):
        document = DOCUMENT.read_text(encoding="utf-8")
        block = re.compile(r"(<!-- speed: begin[^\n]*-->\n).*?(<!-- speed: end -->)", re.DOTALL)
        DOCUMENT.write_text(block.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", document), encoding="utf-8")
    assert [len(measured) for measured in rows.values()] == [len(EXCHANGES)] * 2
