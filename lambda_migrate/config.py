"""migration.yaml: what the user tells the tool, checked strictly, with the line of every mistake."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from lambda_migrate import targets
from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import (
    Duration,
    HttpUrl,
    KeyReference,
    MetricPeriod,
    OriginUrl,
    PositiveDuration,
    Strict,
    WebhookReference,
)
from lambda_migrate.gates import pages
from lambda_migrate.proxy.runtime.settings import ProxySettings

TARGET = ["service", "target"]
"""The key whose value's form depends on its `kind`."""


class Service(Strict):
    """Where the service's repository is and where it runs."""

    url: OriginUrl | None = Field(None, description="Where the service answers, as the proxy reaches it.")
    public_url: HttpUrl | None = Field(None, description="Where AWS reaches it once triggers are direct; default: url.")
    api_key: KeyReference | None = Field(None, description="Secret that EventBridge sends to the service directly.")
    directory: str = Field("service", min_length=1, description="Where `init` writes the service's repository.")
    health: str = Field("/healthz", pattern="^/", description="Path that answers 200 while the process lives.")
    readiness: str = Field("/readyz", pattern="^/", description="Path that answers 200 once requests may come.")
    target: targets.AnySettings = Field(
        default_factory=targets.url.Settings, description="Where it is deployed; `kind` names the target."
    )


class Proxy(Strict):
    """How the proxy version of the function behaves."""

    events: Literal["none", "non-api", "api", "all"] = Field("all", description="Default of `proxy deploy --events`.")
    fallback: Literal["never", "connect"] = Field(
        ProxySettings.fallback,  # type: ignore[arg-type]  # one of them
        description="connect: what never left the proxy runs on the original handler instead.",
    )
    signing_keys: KeyReference | None = Field(None, description="Secret that holds `id:secret[,id:secret]`.")
    base_path: str | None = Field(
        None, description='Prefix that Mangum strips (api_gateway_base_path), for proxy and service; "": none.'
    )
    text_mime_types: list[str] = Field(default_factory=list, description="Mangum's text_mime_types.")
    exclude_headers: list[str] = Field(default_factory=list, description="Mangum's exclude_headers.")
    lifespan: Literal["auto", "on", "off"] = Field("auto", description="Mangum's lifespan; `init` reads it.")
    host_mode: Literal["preserve", "rewrite"] = Field(
        ProxySettings.host_mode,  # type: ignore[arg-type]  # as above
        description="Host header on the way to the service; its door puts back the client's.",
    )
    ca_bundle: str | None = Field(None, description="Path of a private CA bundle inside the function's package.")
    connect_timeout: PositiveDuration = Field(
        ProxySettings.connect_timeout, description="To open a connection to the service."
    )
    api_timeout: PositiveDuration = Field(
        ProxySettings.api_timeout, description="For one API event; API Gateway gives up at 29 s."
    )


class Verify(Strict):
    """What `verify` and the verdicts ask for."""

    probes: int = Field(5, ge=1, description="Probes through the proxy version.")
    timeout: Duration = Field(60.0, description="How long to wait for the service to be healthy.")
    slow: PositiveDuration = Field(1.0, description="Three health answers in a row that take longer are a failure.")
    metric_period: MetricPeriod = Field(60.0, description="Resolution of the metrics that verdicts read.")
    minimum_invocations: int = Field(20, ge=1, description="Fewer during a bake make the verdict inconclusive.")
    maximum_error_rate: float = Field(0.01, ge=0, le=1, description="By how much a share of failures may rise.")
    maximum_slowdown: float = Field(0.5, ge=0, description="By how much p50, p95, p99 may rise: 0.5 is by half.")
    minimum_slowdown: Duration = Field(0.1, description="A percentile that rises by less has not risen.")
    arrival: Duration = Field(240.0, description="How long metrics may take to arrive before they count as missing.")
    alarms: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list, max_length=100, description="CloudWatch alarms, by name: one in ALARM fails a verdict."
    )


class Cutover(Strict):
    """How traffic moves."""

    weights: list[int] = Field(
        default_factory=lambda: [10, 50, 100], description="Percent of the traffic on the proxy, step by step."
    )
    bake: Duration = Field(900.0, description="How long each step is watched before it is judged.")
    on_fail: Literal["rollback", "pause"] = Field(
        "rollback", description="What a fail does: traffic goes back by itself, or stays until you decide."
    )
    grace: PositiveDuration = Field(
        600.0, description="How long after a bake without a verdict AWS puts the weights back by itself."
    )
    hold: PositiveDuration = Field(
        86400.0, description="The same where traffic stays on purpose: inconclusive, paused, held below 100 %."
    )
    propagation: bool = Field(
        True,
        validation_alias=AliasChoices("propagation", "settle"),  # what it was called once
        description="Wait as long as AWS may need to spread a trigger's change.",
    )

    @model_validator(mode="after")
    def _rising(self) -> Cutover:
        rising = all(low < high for low, high in zip(self.weights, self.weights[1:], strict=False))
        if not self.weights or not rising or self.weights[0] < 1 or self.weights[-1] > 100:  # noqa: PLR2004  # percent
            msg = f"weights {self.weights} must rise from at least 1 to at most 100"
            raise ValueError(msg)
        return self


class Retire(Strict):
    """When the function may go."""

    quiet: PositiveDuration = Field(35 * 86400.0, description="How long the function must not have been invoked.")
    backup: str = Field(
        ".lambda-migrate/backup", description="Folder of the backup that is written and read back first."
    )


class Freeze(Strict):
    """What the announcement of the code freeze says, and where it goes."""

    until: dt.date | None = Field(None, description="When it is expected to end, like 2026-09-30.")
    contact: str = Field("", description="Whom to ask.")
    urgent: str = Field("", description="How to get an urgent fix in; default: ask the contact.")
    webhook: WebhookReference | None = Field(
        None, description="Where it is posted: env:NAME, secretsmanager:NAME, ssm:NAME, or the URL itself."
    )


class Pipeline(Strict):
    """Where the pipeline takes the service's sources from."""

    connection: str | None = Field(
        None, pattern=r"^arn:aws[a-z-]*:(codeconnections|codestar-connections):", description="ARN of the connection."
    )
    repository: str | None = Field(None, pattern=r"^[^/\s]+/[^\s]+$", description="The repository, like team/orders.")
    branch: str = Field("main", min_length=1, description="The branch that is deployed.")
    notify: str | None = Field(None, pattern=r"^arn:aws[a-z-]*:sns:", description="Topic that is told of failures.")


class Acceptance(Strict):
    """A finding, trigger or gate that the team has looked at and accepts."""

    model_config = ConfigDict(str_strip_whitespace=True)

    rule: str = Field(description="Code of the rule or name of the gate, for example LM101 or trigger:unknown.")
    reason: str = Field(min_length=3, description="Why it is all right; shown in every report.")
    path: str | None = Field(None, description="Only in this file or for this trigger.")

    @field_validator("rule")
    @classmethod
    def _known(cls, rule: str) -> str:
        gate = pages.find(rule)
        if gate is None:
            _require_rule(rule)
        elif not gate.acceptable:
            raise _refused(f"`{rule}` cannot be accepted: {gate.acceptance.rstrip('.')}", pages.hint([f"{rule}: "]))
        elif gate.subject and not rule.partition(":")[2].strip():
            raise _refused(f"`{rule}` names no {gate.subject}", f"write it as the plan does, `{gate.written}`")
        return rule


def _require_rule(name: str) -> None:
    """Refuse a name that is not a gate's, unless a rule of the analyzer has it."""
    from lambda_migrate.analyzer.rules import NAMES, RULES  # noqa: PLC0415  # 57 modules, and few files name a rule

    if name.lower() in NAMES:
        return
    near = pages.nearest(name, sorted(NAMES))
    hint = f"did you mean `{near}`?" if near else "`lambda-migrate explain` lists both"
    if re.fullmatch(r"LM\d*", name, re.IGNORECASE):
        hint = f"rules go from {RULES[0].code} to {RULES[-1].code}; `lambda-migrate explain` lists them"
    raise _refused(f"`{name}` is neither a gate nor a rule", hint)


def _refused(problem: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("accept", "{problem}", {"problem": problem, "hint": hint})


class Migration(Strict):
    """The whole of migration.yaml."""

    version: Literal[1] = Field(1, description="Version of this file's schema.")
    function: str = Field(min_length=1, description="Name of the function.")
    region: str | None = Field(None, description="AWS region; `--region` and AWS_REGION come first.")
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = Field(None, description="Account, as a string.")
    alias: str = Field("live", pattern=r"^[0-9]*[a-zA-Z_-][a-zA-Z0-9_-]*$", description="The traffic alias.")
    source: str | None = Field(None, description="Folder of the function's code; default: downloaded.")
    ledger: str = Field("ledger.yaml", min_length=1, description="The ledger, beside this file.")
    permissions_boundary: str | None = Field(
        None, pattern=r"^arn:aws[a-z-]*:iam::(\d{12}|aws):policy/", description="Boundary of every role that is made."
    )
    service: Service = Field(default_factory=Service)
    proxy: Proxy = Field(default_factory=Proxy)
    verify: Verify = Field(default_factory=Verify)
    cutover: Cutover = Field(default_factory=Cutover)
    retire: Retire = Field(default_factory=Retire)
    freeze: Freeze = Field(default_factory=Freeze)
    pipeline: Pipeline = Field(default_factory=Pipeline)
    accept: list[Acceptance] = Field(default_factory=list)


def load(path: Path) -> Migration:
    """Read migration.yaml.

    Raises:
        ConfigError: It is missing, is not valid YAML, or has a key that this version does not know; with file:line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            f"`{path}` does not exist", hint="make one with `lambda-migrate init`, or name it with `--config`"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"`{path}` cannot be read: {str(error.strerror).lower()}", hint="check what it is, and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"`{path}` cannot be read: it is not UTF-8", hint="save it as UTF-8") from error
    return parse(text, str(path))


def parse(text: str, name: str = "migration.yaml") -> Migration:
    """Check the text of a migration.yaml.

    Args:
        text: The YAML.
        name: What messages call the file.

    Raises:
        ConfigError: As for :func:`load`; the first mistake, by line.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        raise ConfigError(
            f"{where} is not valid YAML: {problem}", hint="look at that line and the one before it"
        ) from error
    if isinstance(tree, yaml.Node):
        _refuse_twice(tree, name)
    if not isinstance(data, dict):
        raise ConfigError(f"{name}:1 is empty, or not a mapping of keys", hint="start from migration.yaml.example")
    try:
        return Migration.model_validate(data)
    except ValidationError as error:
        mistakes = sorted((_mistake(detail, tree) for detail in error.errors()), key=lambda mistake: mistake[0])
        line, message, hint = mistakes[0]
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise ConfigError(f"{name}:{line} {message}{more}", hint=hint) from error


def _refuse_twice(root: yaml.Node, name: str) -> None:
    """Refuse a key that stands twice in one block: YAML forbids it, and PyYAML takes the last one without a word."""
    ahead, seen = [root], set()  # an anchor may lead back to where it stands
    while ahead:
        node = ahead.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            ahead += node.value
            continue
        lines: dict[str, int] = {}
        for key, value in node.value:
            line, text = key.start_mark.line + 1, str(key.value)
            if text in lines:
                hint = "keep one of the two"
                raise ConfigError(f"{name}:{line} {text}: is already in line {lines[text]}", hint=hint)
            lines[text] = line
            ahead.append(value)


def _mistake(detail: Any, tree: Any) -> tuple[int, str, str]:
    full = [part for part in detail["loc"] if not str(part).startswith("function-")]
    path = [
        part for place, part in enumerate(full) if full[:place] != TARGET
    ]  # without the target's kind, which is not a key
    line = _line(tree, path)
    dotted = ".".join(str(part) for part in path)
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), _keys(full[:-1]), n=1)
        known = ", ".join(_keys(full[:-1]))
        return line, f"{dotted}: unknown key", f"did you mean `{near[0]}`?" if near else f"known keys here: {known}"
    if detail["type"] == "missing":
        return line, f"{dotted}: is missing", f"add `{path[-1]}:`; migration.yaml.example shows it"
    if detail["type"].startswith("union_tag"):
        kinds = ", ".join(targets.TARGETS)
        given = (detail.get("ctx") or {}).get("tag")
        problem = f"unknown kind of target `{given}`" if given else "has no `kind:`"
        return _line(tree, [*path, "kind"]), f"{dotted}: {problem}", f"kinds: {kinds}"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "model_type":
        message = "should be a block of keys"
    given = detail.get("input")
    hint = (detail.get("ctx") or {}).get("hint", "migration.yaml.example shows every key")
    if detail["type"] == "string_type" and isinstance(given, (int, float)) and not isinstance(given, bool):
        hint = f'write it in quotes: {path[-1]}: "{given}"'
    private = isinstance(given, (dict, list)) or path[-1] in ("webhook", "environment", "secrets")
    shown = "" if private or str(given) in message else f", not `{given}`"
    return line, f"{dotted}: {message[:1].lower()}{message[1:]}{shown}", hint


def _line(node: Any, path: list[Any]) -> int:
    """Return the line (from 1) of the deepest part of `path` that the document has."""
    line: int = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _keys(path: list[Any]) -> list[str]:
    model: Any = Migration
    for place, part in enumerate(path):
        if isinstance(part, int):
            continue
        if path[:place] == TARGET:
            model = targets.TARGETS[part].settings
            continue
        annotation = model.model_fields[part].annotation
        inner = getattr(annotation, "__args__", (annotation,))[0]
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else annotation
    return list(model.model_fields)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of migration.yaml, for editors."""
    schema = Migration.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "migration.yaml"}
