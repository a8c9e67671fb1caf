"""The text of migration.yaml: what was found out about the function, in the words of the configuration.

It is complete: the commands that follow need nothing else than what a comment in it asks for.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.addresses import in_the_clear
from lambda_migrate.scaffold import adapter_settings
from lambda_migrate.scaffold.facts import signing_keys
from lambda_migrate.scaffold.variables import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.scaffold.facts import FunctionFacts, Options
    from lambda_migrate.scaffold.survey import Survey

LOCAL_AWS = """\
# The AWS of this function is on this machine: its metrics have values to the second, and nothing takes long.
# Remove these three blocks for a function in an account.
verify: {minimum_invocations: 3, metric_period: 1s, arrival: 30s, slow: 10s, minimum_slowdown: 5s}
cutover: {propagation: false, bake: 10s}
retire: {quiet: 10s}
"""
"""What holds for an emulator alone; in front of AWS, `verify.metric_period` is refused."""

BEFORE_DIRECT = "# Remove the `#` before `cutover --direct`: the service then polls these queues in place of Lambda."


def migration(
    survey: Survey, facts: FunctionFacts, options: Options, *, folder: Path, source: Path | None = None
) -> str:
    """Return the text of migration.yaml.

    Args:
        survey: What was found.
        facts: The function as it is in AWS.
        options: What the user asked for.
        folder: Where the file will be; paths in it are relative to that.
        source: The folder of the code, where the user named one.
    """
    lines = [
        "# What lambda-migrate found out about the function, and what it shall do. All keys: `lambda-migrate schema`."
    ]
    lines += [f"function: {_text(facts.name)}"]
    lines += [f"region: {_text(facts.region)}"] if facts.region else []
    lines += [f"account: {_text(facts.account)}"] if facts.account else []
    lines += [f"source: {_text(_relative(source, folder))}"] if source else []
    lines += ["service:", *(f"  {line}" for line in _service(survey, facts, options, folder))]
    lines += ["proxy:", *(f"  {line}" for line in _proxy(survey, facts, options))]
    return "\n".join(lines) + "\n" + (LOCAL_AWS if facts.endpoint else "")


def api_key(facts: FunctionFacts, options: Options) -> str:
    """Return where the key is kept that EventBridge sends to the service; "" where no rule invokes the function."""
    return reference(options.store, facts.name, "api-key") if "api-destination" in facts.parts else ""


def _service(survey: Survey, facts: FunctionFacts, options: Options, folder: Path) -> Iterator[str]:
    if options.url:
        yield f"url: {_text(options.url)}"
        if in_the_clear(options.url):
            yield "plain_http: true  # only in a network that is yours alone"
    else:
        yield "# url: https://orders.example.com  # set it to where the service answers, once it is deployed"
    if key := api_key(facts, options):
        yield f"api_key: {_text(key)}  # EventBridge sends it to the service"
    yield f"directory: {_text(_relative(options.directory, folder))}"
    yield f"health: {survey.health}"
    yield f"readiness: {survey.readiness}"
    yield from ("target:", f"  kind: {options.target}")
    yield from (f"  {line}" for line in _variables(facts, deployed=options.target != "url"))


def _variables(facts: FunctionFacts, *, deployed: bool) -> Iterator[str]:
    """Yield the variables that the service needs for callers that reach it directly.

    Args:
        facts: The function as it is in AWS.
        deployed: Whether it is deployed from here; else they are a reminder for whoever deploys it.
    """
    now = {"LAMBDA_MIGRATE_SNS_TOPICS": ",".join(facts.topics)} if facts.topics else {}
    if now and facts.endpoint:  # the sandbox signs nothing, so that the service is told to take its messages
        now |= {"LAMBDA_MIGRATE_SNS_SIGNATURES": "sandbox-unsigned", "LAMBDA_MIGRATE_SNS_ENDPOINT": facts.endpoint}
    if now and not deployed:
        yield "# the service's environment has to have:"
    elif now:
        yield "environment:"
    yield from (f"{'  ' if deployed else '#   '}{name}: {_text(value)}" for name, value in now.items())
    if facts.queues:
        yield f"{'  ' if now and deployed else ''}{BEFORE_DIRECT}"
        yield from () if now else ("# environment:",)
        yield f"{'  # ' if now and deployed else '#   '}LAMBDA_MIGRATE_CONSUME_QUEUES: {_text(','.join(facts.queues))}"


def _proxy(survey: Survey, facts: FunctionFacts, options: Options) -> Iterator[str]:
    application = survey.application
    yield f"signing_keys: {_text(signing_keys(facts, options))}"
    yield f'lifespan: "{application.lifespan}"'
    if application.base_path or adapter_settings.found_elsewhere(survey.analysis.adapter, application):
        yield f"base_path: {_text(application.base_path)}"
    if application.text_mime_types:
        yield f"text_mime_types: {json.dumps(list(application.text_mime_types))}"
    if application.exclude_headers:
        yield f"exclude_headers: {json.dumps(list(application.exclude_headers))}"


def _relative(path: Path | None, folder: Path) -> str:
    return Path(os.path.relpath(path or folder, folder)).as_posix()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
