"""Topics of Kafka, in Amazon MSK or on brokers of one's own, which Lambda reads through an event source mapping.

How far it has read is kept by the brokers, for the consumer group of the mapping. That stays with the mapping when its
function changes. A pipe of EventBridge that joins the same group goes on where the mapping was, once that is switched
off; both at once would share the partitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.pipes.create_pipe import COMMITTED
from lambda_migrate.aws.arn import Arn
from lambda_migrate.triggers import event_source, piped_broker
from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, REPEATED, RETURNED, clean_up
from lambda_migrate.triggers.event_source import MappingSettings as Settings
from lambda_migrate.triggers.pipe_target import COUNTED, FAILING
from lambda_migrate.triggers.piped_broker import Source
from lambda_migrate.triggers.stream_metrics import CALLS, is_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Repoint, Trigger

KIND = "kafka"
LABEL = "Kafka topic"
TRAFFIC = "events"
EVENT_SOURCES = ("kafka", "")
ALIAS = IN_PLACE
SERVICE = (
    "an EventBridge pipe joins the mapping's consumer group and sends it to the service message by message, if"
    " `service.pipes` names it"
)
STAYS = "only a pipe takes it to the service, in the mapping's consumer group, if `service.pipes` names it"
BACK = RETURNED
SETTLES = 300.0
"""Lambda says that it takes "several minutes" (developer guide, starting positions of MSK), as the group rebalances."""

TWICE = f"what was not committed when the group of the mapping rebalanced; else {REPEATED}"
PAUSABLE = True

MANAGED, OWN = "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"
_MEMBERS = {
    "SASL_SCRAM_512_AUTH": "SaslScram512Auth",
    "SASL_SCRAM_256_AUTH": "SaslScram256Auth",
    "CLIENT_CERTIFICATE_TLS_AUTH": "ClientCertificateTlsAuth",
    "BASIC_AUTH": "BasicAuth",
}
_READ = ("DescribeGroup", "AlterGroup", "DescribeTopic", "ReadData", "Connect", "DescribeClusterDynamicConfiguration")

__all__ = ["CALLS", "COUNTED", "FAILING", "FOUND", "Settings", "clean_up", "to_alias"]


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point the mapping at the alias."""
    return event_source.to_alias(trigger, function, alias, SETTLES)


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what is to be known before topics are read by pipes."""
    return piped_broker.look_up(aws, function, service, triggers, KIND)


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Let a pipe take over in the mapping's consumer group, where migration.yaml names the topic."""
    if not is_named(trigger, destination.pipes):
        return None
    return piped_broker.to_service(trigger, function, destination, _source(trigger.settings))


def source_metrics(_trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return nothing: the pipe counts, see :func:`to_service`."""
    return None


def _source(settings: Settings) -> Source:
    mapping, reached = settings.mapping, piped_broker.accesses(settings.mapping)
    own = not settings.source
    brokers = _brokers(mapping)
    parameters = {
        "TopicName": next(iter(mapping.get("Topics") or ()), ""),
        "ConsumerGroupID": _group(mapping),
        **piped_broker.credentials(reached, _MEMBERS),
        **(_reaching(brokers[1:], reached) if own else {}),
    }
    return Source(
        KIND,
        LABEL,
        f"smk://{brokers[0]}" if own and brokers else settings.source,
        "SelfManagedKafkaParameters" if own else "ManagedStreamingKafkaParameters",
        parameters,
        COMMITTED,
        KIND,
        piped_broker.role_statements(reached, *(() if own else _statements(settings.source))),
        (*piped_broker.common_problems(mapping), *_problems(mapping)),
    )


def _brokers(mapping: dict[str, Any]) -> list[str]:
    endpoints = (mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
    return list(endpoints.get("KAFKA_BOOTSTRAP_SERVERS") or ())


def _group(mapping: dict[str, Any]) -> str:
    """Return the consumer group of a mapping: the one that its owner chose, or the one that Lambda made up."""
    return str(next((mapping[each].get("ConsumerGroupId") for each in (MANAGED, OWN) if mapping.get(each)), None) or "")


def _reaching(others: list[str], reached: dict[str, list[str]]) -> dict[str, Any]:
    """Return how a pipe reaches brokers of one's own, as the mapping does."""
    named = {"Subnets": "VPC_SUBNET", "SecurityGroup": "VPC_SECURITY_GROUP"}
    network = {
        member: [uri.partition(":")[2] or uri for uri in reached[kind]]
        for member, kind in named.items()
        if kind in reached
    }
    certificate = reached.get("SERVER_ROOT_CA_CERTIFICATE")
    return {
        **({"AdditionalBootstrapServers": others} if others else {}),
        **({"Vpc": network} if network else {}),
        **({"ServerRootCaCertificate": certificate[0]} if certificate else {}),
    }


def _problems(mapping: dict[str, Any]) -> Iterator[str]:
    if not _group(mapping):
        yield "AWS does not show its consumer group, without which a pipe would begin with the oldest message"
    if any((mapping.get(each) or {}).get("SchemaRegistryConfig") for each in (MANAGED, OWN)):
        yield "its messages are read by a schema registry, which pipes do not ask"


def _statements(cluster: str) -> tuple[piped_broker.Statement, ...]:
    """Return what a role may do to a cluster of MSK, its topics and groups ("Event source permissions", user guide)."""
    arn = Arn.parse(cluster)
    below = arn.below("cluster")
    parts = [str(arn._replace(resource=f"{kind}/{below}/*")) for kind in ("topic", "group")]
    about = {"Effect": "Allow", "Action": ["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"], "Resource": cluster}
    reads = {"Effect": "Allow", "Action": [f"kafka-cluster:{each}" for each in _READ], "Resource": [cluster, *parts]}
    return about, reads
