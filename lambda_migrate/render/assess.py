"""Whether it is worth moving, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.assess.prices import LIST, TABLE
from lambda_migrate.assess.service import total
from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.format import counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.assess.advice import Assessment
    from lambda_migrate.assess.service import Item, Size
    from lambda_migrate.assess.usage import Usage
    from lambda_migrate.render.terminal import Paint


def assessment(made: Assessment, paint: Paint) -> str:
    """Return what the function does, what it costs here and there, and what follows."""
    lines = [paint("What it does", "bold"), *columns(_facts(made.usage), paint.width)]
    lines += ["", paint("On Lambda, a month", "bold"), *_bill(made.now, paint)]
    for size, items, both, even in zip(made.sizes, made.there, made.both, made.break_even, strict=True):
        lines += ["", *paragraph(_heading(size, made.shape.noun, len(made.sizes)), paint.width), *_bill(items, paint)]
        lines += paragraph(f"both, while the proxy runs: ${both:,.2f}", paint.width, first="  ", rest="    ")
        crossed = "never" if even is None else f"from {even:,.0f} invocations a month"
        lines += paragraph(f"cheaper than Lambda: {crossed}", paint.width, first="  ", rest="    ")
    lines += ["", *paragraph(made.verdict, paint.width, first=f"{paint('→', 'cyan')} ", rest="  "), ""]
    for line in made.advice:
        lines += paragraph(line, paint.width, first=f"  {paint('·', 'dim')} ", rest="    ")
    if made.lacks:
        lines += ["", paint("Not known", "bold")]
    for line in made.lacks:
        lines += paragraph(line, paint.width, first=f"  {paint('·', 'dim')} ", rest="    ")
    free = "The free tier, savings plans and data transfer are not counted."
    return "\n".join([*lines, "", *paragraph(f"Prices: {_source(made)}. {free}", paint.width)])


def _source(made: Assessment) -> str:
    """Return where the prices are from, that of the instance too."""
    instance = made.shape.instance
    if instance is None:
        return made.priced.source
    return f"{made.priced.source}; {instance.name}: {f'{LIST}, {made.priced.region}' if instance.listed else TABLE}"


def data(made: Assessment) -> dict[str, Any]:
    """Return an assessment as JSON-able data."""
    usage = made.usage
    return {
        "days": usage.seconds / 86_400,
        "invocations": usage.invocations,
        "requests": usage.requests,
        "mean_ms": usage.mean,
        "latency_ms": dict(usage.latency),
        "errors": usage.errors,
        "throttles": usage.throttles,
        "peak_rate": usage.peak_rate,
        "peak_load": usage.peak_load,
        "concurrency": usage.concurrency,
        "waiting": usage.waiting,
        "gb_seconds_a_month": usage.billed / 1000 * usage.memory / 1024 * usage.monthly,
        "cold": usage.reported.cold if usage.reported else None,
        "memory_used": usage.reported.memory if usage.reported else None,
        "lambda": {"total": total(made.now), "items": [vars(item) for item in made.now]},
        "service": [
            {
                "tasks": size.tasks,
                "unit": made.shape.noun,
                "decided_by": size.reason,
                "waiting": size.waiting,
                "total": total(items),
                "items": [vars(item) for item in items],
                "with_proxy": both,
                "break_even": even,
            }
            for size, items, both, even in zip(made.sizes, made.there, made.both, made.break_even, strict=True)
        ],
        "verdict": made.verdict,
        "advice": list(made.advice),
        "lacks": list(made.lacks),
        "prices": _source(made),
    }


def _facts(usage: Usage) -> list[tuple[str, str]]:
    latency = ", ".join(f"{name} {value:,.0f}" for name, value in usage.latency)
    seen = "unknown" if usage.concurrency is None else f"{usage.concurrency:,.0f} at most"
    waiting = "unknown: Lambda Insights is off" if usage.waiting is None else f"{usage.waiting:.0%} of the time"
    rows = [
        (
            "invocations",
            f"{usage.invocations:,.0f} in {duration(usage.seconds)}, {usage.peak_rate:.1f} a second at the peak",
        ),
        *([("of these", _of_these(usage))] if usage.requests is not None else []),
        ("duration", f"mean {usage.mean:,.0f} ms" + (f"; {latency} ms" if latency else "")),
        ("at once", f"{usage.peak_load:.1f} at the peak by Little's law; Lambda saw {seen}"),
        ("waiting", waiting),
        ("failed", f"{counted(round(usage.errors), 'error')}, {counted(round(usage.throttles), 'throttle')}"),
    ]
    if usage.reported:
        share = usage.reported.cold / usage.reported.invocations
        rows += [("starts", f"{usage.reported.cold:,.0f}, {share:.1%} of the invocations")]
        rows += [("memory", f"{usage.reported.memory:,.0f} of {usage.memory} MB at most")]
    return rows


def _of_these(usage: Usage) -> str:
    requests = min(usage.requests or 0.0, usage.invocations)
    return f"{requests:,.0f} HTTP requests, {usage.invocations - requests:,.0f} events and others"


def _heading(size: Size, noun: str, answers: int) -> str:
    assumed = f", if {size.waiting:.0%} of the time is waiting" if answers > 1 else ""
    return f"As a service, a month: {counted(size.tasks, noun)}{assumed}; decided by: {size.reason}"


def _bill(items: Iterable[Item], paint: Paint) -> list[str]:
    listed = tuple(items)
    amounts = [f"{item.amount:,.2f}" for item in listed] + [f"{total(listed):,.2f}"]
    wide = max(map(len, amounts))
    rows = [(item.name, f"${amount:>{wide}}", item.basis) for item, amount in zip(listed, amounts, strict=False)]
    return columns([*rows, (paint("total", "bold"), f"${amounts[-1]:>{wide}}", "")], paint.width)
