"""Topics of Kafka and queues of MQ that reach the service by a pipe of EventBridge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.config import Service
from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from lambda_migrate.triggers.event_source import MappingSettings
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

CLUSTER = f"arn:aws:kafka:{known.REGION}:cluster/shop/0f1e-2"
BROKER = f"arn:aws:mq:{known.REGION}:broker:shop:b-1"
LOGIN = f"arn:aws:secretsmanager:{known.REGION}:secret:shop-AbCdEf"
AUTHORITY = f"arn:aws:secretsmanager:{known.REGION}:secret:ca-AbCdEf"
LOOKED = {"longest": "0.8"}
READY = Destination(
    "https://orders.example.com",
    api_key="secretsmanager:orders/api",
    resources={"kafka": LOOKED, "mq": LOOKED},
    pipes=frozenset({"orders", "jobs"}),
)
SCRAM = [{"Type": "SASL_SCRAM_512_AUTH", "URI": LOGIN}]


def mapped(source: str, name: str, **mapping: Any) -> Trigger[MappingSettings]:
    settings = MappingSettings(source=source, function=known.qualified("live"), mapping={"BatchSize": 1, **mapping})
    return Trigger("mq" if ":mq:" in source else "kafka", "5e1f", name, "live", settings)


def msk(**mapping: Any) -> Trigger[MappingSettings]:
    given = {"Topics": ["orders"], "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "5e1f"}, **mapping}
    return mapped(CLUSTER, "cluster/shop/0f1e-2/orders", **given)


def own(**mapping: Any) -> Trigger[MappingSettings]:
    endpoints = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b1.example.com:9092", "b2.example.com:9092"]}}
    group = {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "shop"}}
    given = {"Topics": ["orders"], "SelfManagedEventSource": endpoints, **group, **mapping}
    return mapped("", "b1.example.com:9092/orders", **given)


def mq(*accesses: tuple[str, str]) -> Trigger[MappingSettings]:
    given = [{"Type": kind, "URI": uri} for kind, uri in accesses]
    return mapped(BROKER, "broker:shop:b-1/jobs", Queues=["jobs"], SourceAccessConfigurations=given)


def moved(trigger: Trigger[MappingSettings], destination: Destination = READY) -> Repoint:
    repoint = TRIGGERS[trigger.kind].to_service(trigger, known.ORDERS, destination)
    assert repoint is not None
    return repoint


def made(trigger: Trigger[MappingSettings]) -> dict[str, Any]:
    pipe = action_to_dict(moved(trigger).steps[0].action)
    return {name: pipe[name] for name in ("source", "member", "parameters", "behind", "sends")}


def test_a_pipe_joins_the_consumer_group_of_the_mapping_and_goes_on_where_that_was() -> None:
    repoint = moved(msk(SourceAccessConfigurations=SCRAM))

    assert made(msk(SourceAccessConfigurations=SCRAM)) == {
        "source": CLUSTER,
        "member": "ManagedStreamingKafkaParameters",
        "parameters": {
            "BatchSize": 1,
            "TopicName": "orders",
            "ConsumerGroupID": "5e1f",
            "Credentials": {"SaslScram512Auth": LOGIN},
        },
        "behind": -2.0,
        "sends": "kafka",
    }
    assert [step.action.describe().partition(": ")[2] for step in repoint.steps[::2]] == [
        "from cluster/shop/0f1e-2, beginning where its consumer group is, stopped",
        "stopped → runs",
    ]
    assert [step.action.kind for step in repoint.steps] == ["create_pipe", "switch_mapping", "switch_pipe"]
    assert [blocker.gate for blocker in repoint.blockers] == ["pipe-record-size"]


def test_its_role_may_read_this_topic_s_cluster_in_this_network_with_this_secret() -> None:
    role, _, _, _, own_policy = moved(msk(SourceAccessConfigurations=SCRAM)).preparation
    statements = action_to_dict(own_policy.action)["policy"]["Statement"]

    assert role.action.kind == "create_role"
    assert [(each["Action"][0], each["Resource"]) for each in statements] == [
        ("kafka:DescribeClusterV2", CLUSTER),
        (
            "kafka-cluster:DescribeGroup",
            [CLUSTER, CLUSTER.replace("cluster/", "topic/") + "/*", CLUSTER.replace("cluster/", "group/") + "/*"],
        ),
        ("ec2:CreateNetworkInterface", "*"),
        ("secretsmanager:GetSecretValue", [LOGIN]),
        ("kms:Decrypt", "*"),
    ]
    assert statements[-1]["Condition"] == {"StringEquals": {"kms:EncryptionContext:SecretARN": [LOGIN]}}


def test_brokers_of_one_s_own_are_reached_as_the_mapping_reaches_them() -> None:
    accesses = [
        {"Type": "SASL_SCRAM_256_AUTH", "URI": LOGIN},
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"},
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-2"},
        {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"},
        {"Type": "SERVER_ROOT_CA_CERTIFICATE", "URI": AUTHORITY},
    ]
    trigger = own(SourceAccessConfigurations=accesses)

    assert made(trigger) == {
        "source": "smk://b1.example.com:9092",
        "member": "SelfManagedKafkaParameters",
        "parameters": {
            "BatchSize": 1,
            "TopicName": "orders",
            "ConsumerGroupID": "shop",
            "Credentials": {"SaslScram256Auth": LOGIN},
            "AdditionalBootstrapServers": ["b2.example.com:9092"],
            "Vpc": {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroup": ["sg-1"]},
            "ServerRootCaCertificate": AUTHORITY,
        },
        "behind": -2.0,
        "sends": "kafka",
    }
    assert moved(trigger).steps[0].action.describe().partition(": ")[2].startswith("from smk://b1.example.com:9092,")


@pytest.mark.parametrize(
    ("accesses", "member", "more", "sends"),
    [
        ((), "ActiveMQBrokerParameters", {}, "activemq"),
        ((("VIRTUAL_HOST", "/"),), "RabbitMQBrokerParameters", {"VirtualHost": "/"}, "rabbitmq"),
    ],
)
def test_a_pipe_takes_what_the_mapping_leaves_in_a_queue(
    accesses: tuple[tuple[str, str], ...], member: str, more: dict[str, str], sends: str
) -> None:
    assert made(mq(("BASIC_AUTH", LOGIN), *accesses)) == {
        "source": BROKER,
        "member": member,
        "parameters": {"BatchSize": 1, "QueueName": "jobs", **more, "Credentials": {"BasicAuth": LOGIN}},
        "behind": -3.0,
        "sends": sends,
    }


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        (msk(AmazonManagedKafkaEventSourceConfig={}), "AWS does not show its consumer group"),
        (msk(FilterCriteria={"Filters": [{"Pattern": "{}"}]}), "its filters are written for events of Lambda"),
        (own(DestinationConfig={"OnFailure": {"Destination": "arn"}}), "what fails goes to a destination"),
        (
            own(SelfManagedKafkaEventSourceConfig={"ConsumerGroupId": "g", "SchemaRegistryConfig": {"a": 1}}),
            "a schema registry",
        ),
        (mq(), "AWS does not show what it logs in with"),
    ],
)
def test_what_no_pipe_does_keeps_the_broker_where_it_is(trigger: Trigger[MappingSettings], text: str) -> None:
    repoint = moved(trigger)

    assert [blocker.gate for blocker in repoint.blockers] == ["pipe-impossible"]
    assert text in str(repoint.blockers[0])
    assert repoint.steps == ()


def test_what_nobody_names_stays_on_the_alias_and_nothing_is_asked_of_it() -> None:
    aws: Any = FakeAws()
    for trigger in (msk(), mq()):
        kind = TRIGGERS[trigger.kind]

        assert kind.to_service(trigger, known.ORDERS, replace(READY, pipes=frozenset())) is None
        assert kind.look_up is not None
        assert kind.look_up(aws, known.ORDERS, Service(), [trigger]) == {}
    assert aws.calls == []


def test_a_pipe_that_takes_what_is_queued_names_no_position() -> None:
    from_group, from_queue = (moved(each).steps[0].action for each in (msk(), mq(("BASIC_AUTH", LOGIN))))

    asked: list[dict[str, Any]] = []
    aws: Any = FakeAws(
        {
            "events:describe_api_destination": {"ApiDestinationArn": "arn:destination"},
            "iam:get_role": {"Role": {"Arn": "arn:role"}},
            "pipes:create_pipe": lambda **given: asked.append(given["SourceParameters"]),
        }
    )
    from_group.apply(aws)
    from_queue.apply(aws)

    assert asked[0]["ManagedStreamingKafkaParameters"]["StartingPosition"] == "TRIM_HORIZON"
    assert asked[1]["ActiveMQBrokerParameters"] == {
        "BatchSize": 1,
        "QueueName": "jobs",
        "Credentials": {"BasicAuth": LOGIN},
    }
