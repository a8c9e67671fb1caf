"""What may be a secret stays out of the repository; what only has the name of one does not."""

from __future__ import annotations

import pytest

from lambda_migrate.scaffold.variables import Variable, sort
from lambda_migrate.secret_detection import looks_secret, secrets_in

RANDOM = "q8ZkP0v3LmX7aYt2Rb9WcD4e"
NUMBER = "0123456789abcdef0123456789abcdef"
IDENTIFIER = "0b6a7c1e-8a5e-4c29-a5c4-0f33e7d1a9b2"
SECRET = [
    ("VALUE", value)
    for value in (
        *(
            "AKIA" + "IOSFODNN7EXAMPLE",
            "x,ASIA" + "IOSFODNN7EXAMPLE",
            "ghp_" + "a1",
            "github_pat_" + "a1",
            "glpat-" + "a1",
        ),
        *(
            "npm_" + "aB3d" * 9,
            "hf_" + "aB3d" * 8,
            "pypi-" + "AgEIcHlwaS5vcmc",
            "sk-" + "proj-abcdefgh",
            "shpat_" + "a1",
        ),
        *("xoxb-" + "1", "sk_live_" + "1", "whsec_" + "abc", "AIza" + "SyA1234567890abcdefg", "dop_v1_" + "a1", RANDOM),
        *("-----BEGIN PRIVATE KEY-----", "LS0tLS1CRUdJTiBSU0E=", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", NUMBER),
        *("postgres://me:pw@db/orders", "amqps://me:p/w@mq", "redis://:pw@cache", "jdbc:postgresql://me:pw@db/orders"),
        *(
            "https://t0k@example.com/repository",
            "https://public@o1.ingest.example.com/1",
            "jdbc:mysql://db?password=pw",
        ),
        *("host=db user=me password=pw", "Server=db;User Id=me;Password=pw;", '{"username": "me", "password": "pw"}'),
        *("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k", "Bearer abc.def", "Basic dXNlcjpwYXNz"),
        *(
            "https://example.com/?token=abc",
            "https://example.com/?X-Amz-Signature=abc",
            "https://hooks.slack.com/services/T",
        ),
        *("/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", f"https://example.com/in/{RANDOM}", IDENTIFIER),
    )
] + [
    (name, "word")
    for name in (
        *(
            "PASSWORD",
            "DB_PASS",
            "DBPASS",
            "MYSQL_PWD",
            "PASSPHRASE",
            "API_TOKEN",
            "CLIENT_SECRET",
            "SECRET_ID",
            "AUTH",
        ),
        *(
            "STRIPE_KEY",
            "SESSION_KEY",
            "ENCRYPTION_KEY",
            "ACCESS_KEY_ID",
            "BASIC_AUTH",
            "SENTRY_DSN",
            "PIN_CODE",
            "JWT",
        ),
    )
]
SECRET += [
    ("PASSWORD_LENGTH", "hunter2!"),
    ("TOKEN_NAME", RANDOM),
    ("TEAMS_WEBHOOK_URL", "https://example.com/hook"),
    ("SECRET_URL", "https://me:pw@example.com"),
]
PLAIN = [
    *(("PASSWORD_POLICY", "strict"), ("PASSWORD_MIN_LENGTH", "12"), ("SALT_ROUNDS", "12"), ("MAX_TOKENS", "4096")),
    *(("TOKEN_URL", "https://auth.example.com/token"), ("JWKS_URL", "https://example.com/.well-known/jwks.json")),
    *(("ACCESS_TOKEN_EXPIRE_MINUTES", "30"), ("TOKEN_TTL", "1h"), ("AUTH_ENABLED", "true"), ("USE_AUTH", "no")),
    *(
        ("AUTHOR", "Jane"),
        ("AUTHORITY", "https://login.example.com"),
        ("AUTH_AUDIENCE", "orders"),
        ("COMPASS_MODE", "on"),
    ),
    *(("CERT_ARN", "arn:aws:acm:eu-west-1:1:certificate/abc"), ("CLIENT_CERT_PATH", "/opt/cert.pem")),
    *(("API_KEY_HEADER", "x-api-key"), ("SECRET_NAME", "prod/db"), ("PRIVATE_SUBNET", "subnet-1"), ("API_TOKEN", "")),
    *(("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf"), ("LICENSE_TYPE", "MIT")),
    *(
        ("PARTITION_KEY", "pk"),
        ("S3_KEY", "path/to/file.json"),
        ("KMS_KEY_ID", IDENTIFIER),
        ("KMS_KEY_ALIAS", "alias/a"),
    ),
    *(("TENANT_ID", IDENTIFIER), ("CLIENT_ID", RANDOM), ("GIT_COMMIT", NUMBER), ("USER_POOL", "eu-west-1_AbCdEfGhI")),
    *(("DB_HOST", "db.abcdefghij12.eu-west-1.rds.amazonaws.com"), ("REDIS_URL", "redis://cache:6379/0")),
    *(
        ("ORIGINS", "https://a.example.com,https://b.example.com"),
        ("FLAGS", '{"new": true}'),
        ("LOG", "/aws/lambda/orders"),
    ),
    *(("MODEL", "vendor.model-3-5-large-20241022-v2:0"), ("RATE", "rate(5 minutes)"), ("WHO", "Orders of the shop")),
]


@pytest.mark.parametrize(("name", "value"), SECRET)
def test_what_may_be_a_secret_is_one(name: str, value: str) -> None:
    assert looks_secret(name, value)
    (kept,) = sort({name: value}, "orders")
    assert kept == Variable(name, "reference", f"secretsmanager:orders/{name}", kept.placeholder)
    assert value not in kept.placeholder


@pytest.mark.parametrize(("name", "value"), PLAIN)
def test_what_cannot_be_a_secret_is_none(name: str, value: str) -> None:
    assert sort({name: value}, "orders") == (Variable(name, "value", value),)


def test_secrets_in_code_are_found_by_line() -> None:
    lines = ["x = 1", "-----BEGIN EC PRIVATE KEY-----", "AKIA" + "IOSFODNN7EXAMPLE", "github_pat_" + "a1" * 20]
    assert secrets_in("\n".join(lines).encode()) == (
        (3, "an AWS access key"),
        (2, "a private key"),
        (4, "a token"),
    )
