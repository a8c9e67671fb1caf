"""The keys of migration.yaml."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, ValidationInfo, field_validator, model_validator

from lambda_migrate import targets
from lambda_migrate.addresses import in_the_clear
from lambda_migrate.aws.arn import function_name
from lambda_migrate.config.acceptance import Acceptance, refused
from lambda_migrate.config.private import TargetGroup, VpcLink, VpcOrigin
from lambda_migrate.config.record import Record, told
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
from lambda_migrate.proxy.runtime.settings import ProxySettings

QueueArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:sqs:[^:]+:\d{12}:[^:]+$")]


class Service(Strict):
    """Where the service's repository is and where it runs."""

    plain_http: bool = Field(
        False, description="Whether plain HTTP to `url` is meant: it stays in a network that is yours alone."
    )
    url: OriginUrl | None = Field(None, description="Where the service answers, as the proxy reaches it.")
    public_url: HttpUrl | None = Field(None, description="Where AWS reaches it once triggers are direct; default: url.")
    api_key: KeyReference | None = Field(None, description="Secret that EventBridge sends to the service directly.")
    sns_queues: dict[str, QueueArn] = Field(
        default_factory=dict,
        description="Topics that reach it through a queue that it consumes, as name: ARN of the queue.",
    )
    pipes: list[str] = Field(
        default_factory=list,
        description="Streams, topics and queues of brokers that reach it through a pipe, and pipes to point at it.",
    )
    schedule_queues: dict[str, QueueArn] = Field(
        default_factory=dict, description="Schedules that reach it through a queue, as group/name: ARN of the queue."
    )
    s3_queues: dict[str, QueueArn] = Field(
        default_factory=dict,
        description="Buckets that reach it through a queue that it consumes, as name: ARN of the queue.",
    )
    target_group: TargetGroup | None = Field(
        None, description="ARN of its own target group, which joins the load balancers' rules."
    )
    vpc_link: VpcLink | None = Field(
        None, description="How API Gateway reaches it where it has no public address; see below."
    )
    vpc_origin: VpcOrigin | None = Field(None, description="The same for CloudFront; see below.")
    door_key: KeyReference | None = Field(
        None, description="Secret that API Gateway or CloudFront adds to requests; see LAMBDA_MIGRATE_REQUIRE."
    )
    require: Literal["open", "signed", "header"] = Field(
        "open", description="Whom a deployed service lets in: everybody, the proxy alone, or who has door_key."
    )
    concurrency: int | None = Field(
        None, ge=1, description="Requests that all of it takes at once; default: instances times SERVICE_CONCURRENCY."
    )
    directory: str = Field("service", min_length=1, description="Where `init` writes the service's repository.")
    health: str = Field("/healthz", pattern="^/", description="Path that answers 200 while the process lives.")
    readiness: str = Field("/readyz", pattern="^/", description="Path that answers 200 once requests may come.")
    target: targets.AnySettings = Field(
        default_factory=targets.url.Settings, description="Where it is deployed; `kind` names the target."
    )

    @field_validator("url")
    @classmethod
    def _encrypted(cls, url: str | None, about: ValidationInfo) -> str | None:
        """Refuse plain HTTP, unless it is meant; what is true of `public_url` is a gate of the direct phase."""
        if url and in_the_clear(url) and not about.data.get("plain_http"):
            problem = f"`{url}` is plain HTTP: whoever is on the way reads and alters requests"
            hint = "use https, or write `plain_http: true` below `service` where the network is yours alone"
            raise refused(problem, hint)
        return url

    @model_validator(mode="after")
    def _keyed(self) -> Service:
        if self.require == "header" and not self.door_key:
            msg = "`require: header` needs `door_key`, the secret that API Gateway adds to requests"
            raise ValueError(msg)
        return self


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
        description="Host header on the way to the service; its middleware restores the client's.",
    )
    ca_bundle: str | None = Field(None, description="Path of a private CA bundle inside the function's package.")
    connect_timeout: PositiveDuration = Field(
        ProxySettings.connect_timeout, description="To open a connection to the service."
    )
    api_timeout: PositiveDuration = Field(
        ProxySettings.api_timeout, description="For one API event; API Gateway gives up at 29 s."
    )
    signer_bucket: str | None = Field(
        None,
        min_length=3,
        description="Bucket with versions where AWS Signer signs the layer, if the function takes signed code only.",
    )
    record: Record | None = Field(None, description="What a version records of what the original answers; see below.")

    @property
    def recorded(self) -> str:
        """What the proxy is told of :attr:`record`."""
        return told(self.record)


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

    @field_validator("function")
    @classmethod
    def _by_name(cls, function: str) -> str:
        """Refuse an ARN: metrics, logs and the guard's schedule go by the name, and none would be found."""
        if ":" in function:
            hint = "its region goes into `region`, its account into `account`"
            raise refused(f"has to be the function's name, `{function_name(function)}`", hint)
        return function


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of migration.yaml, for editors."""
    schema = Migration.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "migration.yaml"}
