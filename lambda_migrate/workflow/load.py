"""Sends reads to the service at rates that rise, and says where latency or errors turn; moves no traffic.

It ends by itself: at a share of errors, once the service's health check fails, and at the first rate that is not held,
because higher ones would only do harm.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from lambda_migrate.addresses import in_the_clear, reaches_lambda
from lambda_migrate.assess.prices import Prices
from lambda_migrate.durations import duration
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive, Interrupted, Locked
from lambda_migrate.fields import http_url
from lambda_migrate.gates import load_turns
from lambda_migrate.load.generator import Generator
from lambda_migrate.load.reads import reads
from lambda_migrate.load.turning import Limits, turned, turning
from lambda_migrate.render.format import counted
from lambda_migrate.render.load import load as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.shadow.events import events
from lambda_migrate.verify import health
from lambda_migrate.verify.surroundings import Health
from lambda_migrate.workflow import results, way_to_function
from lambda_migrate.workflow.execution import open_ledger
from lambda_migrate.workflow.load_signing import Signer, signer
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.http import Client
    from lambda_migrate.load.reads import Reads
    from lambda_migrate.load.step import Step
    from lambda_migrate.load.turning import Turning
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

FIRST, HIGHEST = 5.0, 640.0
"""Requests a second at which doubling begins and ends."""

BETWEEN_LOOKS = 5.0
"""Seconds between two looks at the service's health."""

MILLION = 1e6
READS = "load needs GET, HEAD or OPTIONS requests"


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        source: Where the events are.
        against: The URL that is loaded; "" for ``service.url``.
        rates: Requests a second, rising; empty to double until the service turns.
        each: Seconds that each rate lasts.
        most: The share of errors that is allowed, 0 to 1.
        at_once: Requests that are under way at the same time, at most.
        function: Whether the URL may be one of the function.
    """

    source: Path
    against: str = ""
    rates: tuple[float, ...] = ()
    each: float = 30.0
    most: float = 0.01
    at_once: int = 64
    function: bool = False

    @property
    def tried(self) -> tuple[float, ...]:
        """The rates to try, the lowest first."""
        if self.rates:
            return self.rates
        doubled = [FIRST]
        while doubled[-1] < HIGHEST:
            doubled.append(doubled[-1] * 2)
        return tuple(doubled)


def load(context: Context, asked: Asked, confirm: Confirm) -> Result:
    """Load the service.

    Args:
        context: Of the command.
        asked: What the user asked for.
        confirm: Asks before anything is sent, and raises where the answer is no.

    Raises:
        ConfigError: There is nothing to send, or no service to send it to.
        GateClosed: The URL is one of the function.
        Interrupted: The user stopped it.
    """
    url = _target(context, asked)
    doubt = _require_elsewhere(context, asked, url)
    if not asked.source.exists():
        raise ConfigError(f"`{asked.source}` does not exist", hint="`--from` takes a file or a folder of events")
    chosen = reads(events(asked.source), context.migration.proxy.base_path or "")
    if not chosen.requests:
        raise ConfigError(f"`{asked.source}` holds no requests that only read: {_left_out(chosen)}", hint=READS)
    sign = Signer(context.migration.function) if asked.function else signer(context)
    confirm(Question(_question(context, asked, chosen, url, doubt)))
    steps, stopped = _climb(context, asked, chosen, url, sign)
    limits = _limits(context, asked)
    return _result(context, url, chosen, steps, turning(steps, limits, searched=not asked.rates, stopped=stopped))


def _left_out(chosen: Reads) -> str:
    """Return why nothing is left to send; a reason with a place in it is already complete."""
    told = (why if ": not " in why else f"{counted(count, 'event')} {why}" for why, count in chosen.skipped.items())
    return "; ".join(told) or "it is empty"


def _target(context: Context, asked: Asked) -> str:
    url = (asked.against or context.migration.service.url or "").rstrip("/")
    if not url:
        raise ConfigError(
            f"`{context.options.config}` does not say where the service is",
            hint="set `service.url`, or say `--against`",
        )
    try:
        url = http_url(url)
    except ValueError as wrong:
        raise ConfigError(f"`--against`: {wrong}", hint="write it like https://orders.example.com") from wrong
    if in_the_clear(url) and not context.migration.service.plain_http:
        raise ConfigError(f"`{url}` is plain HTTP: whoever is on the way reads requests", hint="use https")
    return url


def _require_elsewhere(context: Context, asked: Asked, url: str) -> str:
    """Refuse a URL that leads to the function; return what of that could not be looked at, for the question.

    Raises:
        ConfigError: It does, and is not what was asked for.
    """
    if asked.function:
        return ""
    own = reaches_lambda(url)
    leads = way_to_function.way(context, url) if asked.against and not own else way_to_function.Way()
    if own or leads.by:
        by = f" by {leads.by}" if leads.by else ""
        raise ConfigError(
            f"`{url}` reaches the function{by}, which serves production",
            hint="load the service; if you mean the function, add `--against-function`",
        )
    return way_to_function.doubt(leads, url)


def _question(context: Context, asked: Asked, chosen: Reads, url: str, doubt: str) -> str:
    rates = asked.tried
    most = round(sum(rates) * asked.each)
    named = ", ".join(f"{rate:g}" for rate in rates) if asked.rates else f"{rates[0]:g} and twice as much each time"
    until = "" if asked.rates else ", until it turns"
    sent = f"Sends {counted(len(chosen.requests), 'read')} of {asked.source} to {url}, in turn"
    pace = f"{named} requests a second, each for {duration(asked.each)}{until}"
    lines = [f"{sent}: {pace}; {most:,} requests at most, none of which changes anything."]
    if reaches_lambda(url):
        lines.append(f"Lambda charges about ${most / MILLION * Prices().requests:,.2f} for them, and their duration.")
    if any(run.phase in ("cutover", "direct", "domain") and not run.is_back for run in runs(context.ledger)):
        lines.append("The service takes production traffic: callers would wait where it turns. Choose a quiet hour.")
    lines += [doubt] if doubt else []
    return "\n".join([*lines, "Load it?"])


def _limits(context: Context, asked: Asked) -> Limits:
    return Limits(asked.most, context.migration.verify.minimum_slowdown * 1000)


def _climb(context: Context, asked: Asked, chosen: Reads, url: str, sign: Signer) -> tuple[list[Step], str]:
    """Try one rate after the other; return what came of each, and why no more were tried if it did not turn."""
    steps: list[Step] = []
    with (
        context.service_client() as client,
        context.call.stop as interrupted,
        Looking(lambda: _health(context, client, asked, url)) as looking,
    ):
        problem = looking.wait()
        if problem:
            return steps, f"the service is not healthy before anything is sent: {problem}"
        clock = context.clock
        generator = Generator(client, url, chosen.requests, asked.at_once, sign, clock.now, clock.sleep)

        def stop() -> str:
            return "stopped" if interrupted() else looking.problem(context.clock.now())

        for rate in asked.tried:
            context.progress.begin(f"{rate:g} requests a second", asked.each)
            step = generator.step(rate, asked.each, stop)
            context.progress.end()
            if interrupted():
                raise Interrupted(f"stopped at {rate:g} requests a second", hint="nothing was changed, nothing is kept")
            steps.append(step)
            if turned(step, steps[0], _limits(context, asked)):
                break
            problem = looking.wait()
            if problem:
                return steps, f"the service is not healthy after {rate:g} requests a second: {problem}"
    return steps, ""


def _health(context: Context, client: Client, asked: Asked, url: str) -> Health:
    """Look at the service's health; a function has no such paths, and is judged by its answers alone."""
    if asked.function:
        return Health()
    return health.glance(context.migration, client, url, sleep=context.clock.sleep)


class Looking:
    """Looks at the service's health beside the load, in a thread of its own, so that no request waits for it.

    Args:
        look: Looks, three times where the first is bad.
    """

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look, self._pool = look, ThreadPoolExecutor(1)
        self._future: Future[Health] | None = None
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def wait(self) -> str:
        """Look, and return what is wrong, or ""."""
        return self._look().problem

    def problem(self, now: float) -> str:
        """Return what is wrong by the latest look, or ""; begin another one now and then.

        Args:
            now: The time, in seconds, from any start.
        """
        if self._future is not None and self._future.done():
            seen = self._future.result().problem
            if seen:
                return f"the service's health check fails: {seen}"
            self._future = None
        if self._future is None and now >= self._next:
            self._next = now + BETWEEN_LOOKS
            self._future = self._pool.submit(self._look)
        return ""


def _result(context: Context, url: str, chosen: Reads, steps: list[Step], judged: Turning) -> Result:
    told = {"against": url, **judged.to_dict(), "steps": [step.to_dict() for step in steps], "skipped": chosen.skipped}
    results.keep(context, results.LOAD, told)
    text = rendered(steps, judged, chosen.skipped, context.paint)
    try:
        _note(context, url, judged)
    except Locked as locked:
        hint = "the result is kept for `report`; only the note in the ledger is missing"
        return Result(told, text, error=Locked(locked.message, hint=hint))
    if judged.result == "fail":
        hint = "run more tasks, or larger ones; `lambda-migrate assess` says what the peak needs"
        return Result(told, text, error=GateClosed(judged.reason, gate=load_turns.NAME, hint=hint))
    if judged.result == "inconclusive":
        return Result(told, text, error=Inconclusive(judged.reason, hint="fix that and load again"))
    return Result(told, text, context.status().next[-1:])


def _note(context: Context, url: str, judged: Turning) -> None:
    """Note the verdict in the ledger, where there is one.

    Raises:
        Locked: A command is at work on it.
    """
    identity = context.ledger.identity
    if identity:
        with open_ledger(context, identity.function) as ledger:
            ledger.note("load", result=judged.result, holds=judged.holds, turns=judged.turns, against=url)
