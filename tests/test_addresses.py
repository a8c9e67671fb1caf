from __future__ import annotations

import pytest

from lambda_migrate.addresses import in_the_clear, is_loopback, is_metadata
from lambda_migrate.config import parse
from lambda_migrate.errors import ConfigError

METADATA = (
    *("169.254.169.254", "169.254.170.2", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376"),
    *(
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fd00:0ec2:0::fe]",
    ),
)


@pytest.mark.parametrize("host", METADATA)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_where_aws_hands_out_credentials_is_never_a_service(scheme: str, host: str) -> None:
    assert is_metadata(host.strip("[]"))
    for key in ("url", "public_url"):
        with pytest.raises(ConfigError, match="is where AWS hands out credentials, not a service"):
            parse(f"function: f\nservice:\n  plain_http: true\n  {key}: {scheme}://{host}:8000\n")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "127.9.9.9", "::1", "localhost", "LOCALHOST.", "::ffff:127.0.0.1"]
)
def test_this_machine_may_be_asked_in_the_clear(host: str) -> None:
    assert is_loopback(host)
    assert not is_metadata(host)


@pytest.mark.parametrize(
    "host", ["orders.internal", "10.0.0.7", "8.8.8.8", "fd00::1", "localhost.example.com", "", "é"]
)
def test_other_hosts_are_neither(host: str) -> None:
    assert (is_loopback(host), is_metadata(host)) == (False, False)


@pytest.mark.parametrize(
    ("url", "clear"),
    [("http://10.0.0.7", True), ("https://10.0.0.7", False), ("http://127.0.0.1:1", False), ("", False)],
)
def test_what_can_be_read_on_the_way(url: str, clear: bool) -> None:
    assert in_the_clear(url) is clear


def test_plain_http_can_be_meant() -> None:
    config = parse("function: f\nservice:\n  plain_http: true\n  url: http://orders.internal\n")

    assert config.service.url == "http://orders.internal"
