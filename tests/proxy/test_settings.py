"""A wrong value is told with the variable's name, and a secret never."""

from __future__ import annotations

import pytest

from lambda_migrate.config import Proxy
from lambda_migrate.proxy.layer import SETTINGS, environment
from lambda_migrate.proxy.runtime.settings import TEXT_TYPES, ProxySettings, SettingsError, read

GIVEN = {
    "LAMBDA_MIGRATE_SERVICE_URL": "https://parcels.example.com",
    "LAMBDA_MIGRATE_EVENTS": "all",
    "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.main.handler",
    "LAMBDA_MIGRATE_SIGNING_KEYS": "new:s3cret-1, old:s3cret:2",
}


def changed(**changes: str) -> ProxySettings:
    return read({**GIVEN, **{f"LAMBDA_MIGRATE_{name}": value for name, value in changes.items()}})


def test_what_is_not_given_has_a_default() -> None:
    settings = read(GIVEN)
    key = vars(settings).pop("signing_key")

    assert (key.id, key.secret) == ("new", b"s3cret-1")
    assert vars(settings) == {
        "events": "all",
        "original_handler": "app.main.handler",
        "original_wrapper": "",
        "secure": True,
        "host": "parcels.example.com",
        "port": 443,
        "fallback": "connect",
        "base_path": "",
        "root_path": "",
        "text_types": TEXT_TYPES,
        "excluded_headers": frozenset(),
        "host_mode": "rewrite",
        "ca_bundle": None,
        "connect_timeout": 1.5,
        "api_timeout": 28.5,
        "deadline_margin": None,
        "keepalive_idle": 4.0,
        "breaker_refusals": 5,
        "breaker_seconds": 5.0,
        "record": "",
    }


def test_everything_can_be_given() -> None:
    settings = changed(
        SERVICE_URL="http://[::1]:8080/",
        FALLBACK="never",
        BASE_PATH="api/v1/",
        ROOT_PATH="/live",
        TEXT_MIME_TYPES="text/, image/svg",
        EXCLUDE_HEADERS="X-Powered-By,Via",
        HOST_MODE="preserve",
        CONNECT_TIMEOUT="0.5",
        API_TIMEOUT="60",
        DEADLINE_MARGIN="1",
        KEEPALIVE_IDLE="55",
        BREAKER_REFUSALS="0",
        BREAKER_SECONDS="30",
    )
    del settings.signing_key

    assert vars(settings) == {
        "events": "all",
        "original_handler": "app.main.handler",
        "original_wrapper": "",
        "secure": False,
        "host": "[::1]",
        "port": 8080,
        "fallback": "never",
        "base_path": "/api/v1",
        "root_path": "/live",
        "text_types": ("text/", "image/svg"),
        "excluded_headers": frozenset({"x-powered-by", "via"}),
        "host_mode": "preserve",
        "ca_bundle": None,
        "connect_timeout": 0.5,
        "api_timeout": 60.0,
        "deadline_margin": 1.0,
        "keepalive_idle": 55.0,
        "breaker_refusals": 0,
        "breaker_seconds": 30.0,
        "record": "",
    }


def test_every_key_that_the_proxy_is_told_of_is_one_that_it_reads() -> None:
    """A key without a variable, or a variable that the proxy does not know, would be a setting without effect."""
    own = {"events", "signing_keys", "signer_bucket", "lifespan", "record"}  # the last is a block: see test_recording
    values = {
        "fallback": "never",
        "base_path": "/api",
        "text_mime_types": ["image/svg"],
        "exclude_headers": ["via"],
        "host_mode": "preserve",
        "ca_bundle": "ca.pem",
        "connect_timeout": 0.25,
        "api_timeout": 12.5,
    }

    assert set(SETTINGS) == set(Proxy.model_fields) - own == set(values)
    for key, value in values.items():
        told = environment(Proxy(**{key: value}), service_url="", events="", original_handler="")
        assert list(told) == [f"LAMBDA_MIGRATE_{key.upper()}"]
        assert vars(read({**GIVEN, **told})) | {"signing_key": None} != vars(read(GIVEN)) | {"signing_key": None}


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://a.example.com", "a.example.com"),
        ("https://a.example.com:443/", "a.example.com"),
        ("https://A.example.com:8443", "a.example.com:8443"),
        ("http://10.0.0.1", "10.0.0.1"),
        ("http://10.0.0.1:443", "10.0.0.1:443"),
        ("https://[fd00::1]", "[fd00::1]"),
        ("https://[fd00::1]:8443", "[fd00::1]:8443"),
    ],
)
def test_the_services_own_host_has_its_port_only_if_it_is_not_the_usual_one(url: str, authority: str) -> None:
    assert changed(SERVICE_URL=url).authority == authority


@pytest.mark.parametrize("missing", ["SERVICE_URL", "EVENTS", "ORIGINAL_HANDLER", "SIGNING_KEYS"])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_what_is_missing_is_named(missing: str, nothing: str | None) -> None:
    given = {name: value for name, value in GIVEN.items() if nothing is not None or not name.endswith(missing)}
    if nothing is not None:
        given[f"LAMBDA_MIGRATE_{missing}"] = nothing

    with pytest.raises(SettingsError, match=f"^LAMBDA_MIGRATE_{missing}: is missing$"):
        read(given)


def test_where_nothing_is_proxied_neither_service_nor_key_is_needed() -> None:
    settings = read({"LAMBDA_MIGRATE_EVENTS": "none", "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler"})

    assert (settings.events, settings.host) == ("none", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EVENTS", "All"),
        ("FALLBACK", "always"),
        ("HOST_MODE", "keep"),
        ("ORIGINAL_HANDLER", "handler"),
        ("ORIGINAL_HANDLER", ".handler"),
        ("ORIGINAL_HANDLER", "app."),
        ("ORIGINAL_HANDLER", "lambda_migrate.handler"),
        ("SERVICE_URL", "parcels.example.com"),
        ("SERVICE_URL", "ftp://parcels.example.com"),
        ("SERVICE_URL", "https://"),
        ("SERVICE_URL", "https://user:password@parcels.example.com"),
        ("SERVICE_URL", "https://parcels.example.com/base"),
        ("SERVICE_URL", "https://parcels.example.com?x=1"),
        ("SERVICE_URL", "https://parcels.example.com#x"),
        ("SERVICE_URL", "https://parcels.example.com:0"),
        ("SERVICE_URL", "https://parcels.example.com:99999"),
        ("SERVICE_URL", "https://parcels..example.com"),
        ("SERVICE_URL", f"https://{'a' * 64}.example.com"),
        ("SERVICE_URL", "https://par cels"),
        ("SERVICE_URL", "https://[::1"),
        ("SERVICE_URL", "https://[zz::1]"),
        ("SIGNING_KEYS", "s3cret"),
        ("SIGNING_KEYS", "new:s3cret,"),
        ("SIGNING_KEYS", "new:"),
        ("SIGNING_KEYS", ":s3cret"),
        ("SIGNING_KEYS", "a b:s3cret"),
        ("SIGNING_KEYS", f"{'a' * 65}:s3cret"),
        ("BASE_PATH", "/a b"),
        ("BASE_PATH", "/a?b"),
        ("EXCLUDE_HEADERS", "a b"),
        ("CONNECT_TIMEOUT", "soon"),
        ("API_TIMEOUT", "0"),
        ("DEADLINE_MARGIN", "-1"),
        ("KEEPALIVE_IDLE", "nan"),
        ("KEEPALIVE_IDLE", "inf"),
        ("BREAKER_REFUSALS", "-1"),
        ("BREAKER_REFUSALS", "1.5"),
        ("BREAKER_REFUSALS", "10000"),
        ("BREAKER_SECONDS", "0"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is_told(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^LAMBDA_MIGRATE_{name}: ") as caught:
        changed(**{name: value})

    assert "s3cret" not in str(caught.value)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("path", ["/base", "/base/", "/a:1", ":8443/base", "?x=1", "#x", "//"])
def test_a_url_with_a_path_is_told_what_is_wrong_with_it(path: str) -> None:
    with pytest.raises(SettingsError) as caught:
        changed(SERVICE_URL=f"https://parcels.example.com{path}")

    assert str(caught.value) == (
        "LAMBDA_MIGRATE_SERVICE_URL: has a path, which comes from each request: write https://host or https://host:port"
    )


@pytest.mark.parametrize("port", ["0", "99999", "x", "80x", "-1", "123456"])
def test_a_port_that_is_wrong_is_told_as_such(port: str) -> None:
    with pytest.raises(SettingsError) as caught:
        changed(SERVICE_URL=f"https://parcels.example.com:{port}")

    assert str(caught.value) == "LAMBDA_MIGRATE_SERVICE_URL: has no valid port: write one from 1 to 65535, or none"


def test_the_environment_made_for_a_function_is_read_back_as_it_was_meant() -> None:
    proxy = Proxy(
        fallback="never",
        base_path="/api",
        text_mime_types=["text/", "image/svg"],
        exclude_headers=["Via"],
        host_mode="preserve",
        connect_timeout=0.5,
        api_timeout=60,
    )

    variables = environment(
        proxy, service_url="https://parcels.example.com", events="non-api", original_handler="app.main.handler"
    )
    settings = read({**variables, "LAMBDA_MIGRATE_SIGNING_KEYS": "k:s"})

    assert "LAMBDA_MIGRATE_SIGNING_KEYS" not in variables
    assert (settings.events, settings.fallback, settings.base_path) == ("non-api", "never", "/api")
    assert (settings.text_types, settings.excluded_headers) == (("text/", "image/svg"), frozenset({"via"}))
    assert (settings.host_mode, settings.connect_timeout, settings.api_timeout) == ("preserve", 0.5, 60.0)


def test_defaults_are_left_out_of_the_environment() -> None:
    variables = environment(
        Proxy(base_path="/"),
        service_url="https://parcels.example.com",
        events="all",
        original_handler="app.handler",
    )

    assert variables == {
        "LAMBDA_MIGRATE_SERVICE_URL": "https://parcels.example.com",
        "LAMBDA_MIGRATE_EVENTS": "all",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler",
    }
