"""What `verify` proves, as named checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.function.documents import PREFIX
from lambda_migrate.http import HttpError
from lambda_migrate.verify import health, telemetry, vantage
from lambda_migrate.verify.check import Check
from lambda_migrate.verify.probe import Probe, probe, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client

EVENTS_PATH = "/lambda-proxy-non-api-events"
NOT_FOUND = 404

OTHER_ADAPTER = (
    "its AWS Lambda Web Adapter may be too old to say which invocation a request belongs to, so that"
    " the original answers: deploy the function with a newer one, then run `lambda-migrate proxy deploy` again"
)
"""What to do about a version under the web adapter whose original answers the probe."""

HERE_ALONE = "cannot be reached from here"


def nobody() -> bool:
    """Answer that nobody else reaches the service: there is no proxy version yet."""
    return False


def service_healthy(
    config: Migration,
    client: Client,
    watch: Callable[[str], None],
    reached_from_lambda: Callable[[], bool] = nobody,
) -> Check:
    """Check that the service is healthy, ready and quick, three times in a row.

    Args:
        config: Names the service.
        client: Reaches it from here.
        watch: Told what is still wrong, while it is waited for.
        reached_from_lambda: Asks a proxy version, where the service cannot be reached from here: one behind an
            internal load balancer cannot be, and need not be.
    """
    answer = health.glance(config, client)
    if not answer.reached and reached_from_lambda():
        return Check("service", "pass", f"{config.service.url} {HERE_ALONE}; Lambda reaches it")
    answer = health.await_healthy(config, client, watch=watch)
    if answer.problem:
        return Check("service", "fail", answer.problem, health.remedy(config, answer))
    return Check("service", "pass", f"{config.service.url} is healthy ({answer.seconds * 1000:.0f} ms)")


def public_healthy(config: Migration, client: Client, *, direct: bool) -> Check | None:
    """Check that the service is healthy where AWS reaches it; None where that is the proxy's URL.

    Args:
        config: Names the service.
        client: Reaches it from here.
        direct: Whether triggers reach it there already; what is wrong is a warning before.
    """
    url = vantage.public(config)
    if not url:
        return None
    answer = health.glance(config, client, url)
    if answer.problem:
        hint = "API Gateway, SNS and EventBridge call it there" if direct else "`cutover --direct` needs it"
        return Check("public", "fail" if direct else "warn", answer.problem, hint)
    return Check("public", "pass", f"{url} is healthy ({answer.seconds * 1000:.0f} ms)")


def endpoint_closed(config: Migration, client: Client, reached_from_lambda: Callable[[], bool] = nobody) -> Check:
    """Check that nobody but the proxy can hand events to the service: an unsigned one is answered 404."""
    try:
        answer = client.post(f"{config.service.url}{EVENTS_PATH}", json={"event": {}}, timeout=10.0)
    except HttpError as error:
        if reached_from_lambda():
            return Check("endpoint", "warn", f"{EVENTS_PATH} {HERE_ALONE}", "run `verify` where the service is reached")
        return Check("endpoint", "fail", f"{EVENTS_PATH} {error.reason}", "see `service`")
    if answer.status_code != NOT_FOUND:
        return Check(
            "endpoint",
            "fail",
            f"{EVENTS_PATH} answered {answer.status_code} to an unsigned event",
            "it must answer 404; is the middleware that `init` wrote still in place?",
        )
    return Check("endpoint", "pass", f"{EVENTS_PATH} is closed to unsigned events")


def proxy_reaches_service(aws: Aws, config: Migration, version: str) -> tuple[Check, Probe]:
    """Check, from inside Lambda, that a proxy version reaches the service; `verify.probes` times.

    A version keeps the settings that it was published with: where migration.yaml names another service since, what the
    version reaches says nothing about that one.
    """
    name = f"proxy version {version}"
    slowest = 0.0
    settings = settings_of(aws, config.function, version)
    url = settings.get(f"{PREFIX}SERVICE_URL", "")
    if url not in ("", config.service.url):
        text = f"passes events to {url}, and migration.yaml says {config.service.url}"
        probed = Probe(version, reached=False, problem=text)
        return Check(name, "fail", text, "publish a version for that one: `lambda-migrate proxy deploy`"), probed
    probed = Probe(version, reached=False, problem="was not asked")
    for _ in range(config.verify.probes):
        try:
            probed = probe(aws, config.function, version)
        except NotFound:
            raise
        except AwsError as error:
            probed = Probe(version, reached=False, problem=error.message)
        if not probed.reached:
            hint = "check `service.url`, the function's network and the service's signing keys"
            if not probed.answered and f"{PREFIX}ORIGINAL_WRAPPER" in settings:
                hint = OTHER_ADAPTER
            return Check(name, "fail", probed.problem, hint), probed
        slowest = max(slowest, probed.milliseconds)
    detail = f"reaches the service ({config.verify.probes} probes, {slowest:.1f} ms at most), events: {probed.events}"
    return Check(name, "pass", detail), probed


def metrics_arrive(
    aws: Aws, config: Migration, version: str, since: float, now: Callable[[], float], sleep: Callable[[float], None]
) -> Check:
    """Check that what a proxy version writes becomes metrics: its own probes have to, within `verify.arrival`.

    Args:
        aws: The session.
        config: Names the function.
        version: The proxy version that was probed `verify.probes` times.
        since: Before the first probe, in seconds since the epoch.
        now: The time, in seconds since the epoch.
        sleep: Waits so many seconds.
    """
    name, expected = "metrics", config.verify.probes
    end = now() + config.verify.arrival
    while True:
        try:
            counted = telemetry.probes(aws, config.function, version, (since, now()), config.verify.metric_period)
        except (AwsError, NotAllowed) as error:
            return Check(name, "inconclusive", error.message, error.hint)
        if counted >= expected:
            return Check(
                name, "pass", f"CloudWatch has counted the {expected} probes, {now() - since:.0f} s after the first"
            )
        if now() >= end:
            break
        sleep(max(0.5, min(10.0, config.verify.arrival / 20)))
    silence = (
        telemetry.silence(aws, config.function) or "`lambda-migrate doctor` looks at role, log group and log level"
    )
    detail = f"CloudWatch has counted {counted} of {expected} probes within {config.verify.arrival:g} s"
    return Check(name, "inconclusive", detail, f"every verdict would be inconclusive: {silence}")
