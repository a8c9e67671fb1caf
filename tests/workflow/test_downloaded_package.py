"""The package that is lifted: downloaded with its layers, and refused where it is not what AWS says."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.errors import MigrateError, NotAllowed
from lambda_migrate.workflow import lift
from tests.scaffold.packages import MAIN
from tests.workflow.account import PACKAGE, Account, sha256

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


def download(account: Account) -> Any:
    aws = cast("Aws", account)
    return lift.source(aws, lift.read_function(aws, "orders", ""))


def test_the_package_and_its_layers_are_downloaded(account: Account) -> None:
    found = download(account)

    assert "main.py" in found.paths
    assert found.read("main.py").decode() == MAIN
    assert [layer.paths for layer in found.layers] == [("python/shared.py",)]


@pytest.mark.parametrize("what", ["package", "layer"])
def test_what_is_not_what_aws_says_it_is_is_refused(account: Account, what: str) -> None:
    other = sha256(b"something else")
    account.configuration["CodeSha256"] = other if what == "package" else sha256(PACKAGE)
    account.answers["get_layer_version_by_arn"]["Content"]["CodeSha256"] = other

    with pytest.raises(MigrateError) as caught:
        download(account)

    named = "the package of `orders`" if what == "package" else "layer `shared:7`"
    assert (caught.value.message, caught.value.hint) == (
        f"{named} was damaged during the download",
        "run the same command again",
    )


def test_a_package_that_is_not_handed_out_is_told(account: Account, shelf: str) -> None:
    account.answers["get_function"]["Code"]["Location"] = f"{shelf}/expired"

    with pytest.raises(MigrateError, match="the package of `orders` cannot be downloaded: 403 Forbidden"):
        download(account)


def test_a_package_that_ends_early_is_told(account: Account, shelf: str) -> None:
    account.answers["get_function"]["Code"]["Location"] = f"{shelf}/cut"

    with pytest.raises(MigrateError) as caught:
        download(account)
    assert (caught.value.message, caught.value.hint) == (
        f"the package of `orders` cannot be downloaded: it ended after 99 of {len(PACKAGE)} bytes",
        "run the same command again",
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"", "server disconnected"), (b"SSH-2.0\r\n", "server disconnected"), (b"HTTP/1.1 2xx\r\n\r\n", "2xx")],
)
def test_what_speaks_no_http_is_told(account: Account, answer: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        account.answers["get_function"]["Code"]["Location"] = f"http://127.0.0.1:{port}/package"

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(MigrateError, match=f"the package of `orders` cannot be downloaded: .*{reason}"):
            download(account)
        thread.join()


def test_a_container_image_has_no_package(account: Account) -> None:
    account.answers["get_function"]["Code"] = {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1"}

    with pytest.raises(MigrateError, match="`orders` is deployed as a container image") as caught:
        download(account)
    assert caught.value.hint == "name its sources with `--source`"


def test_a_layer_that_may_not_be_read_is_named_with_the_way_around_it(account: Account) -> None:
    account.answers["get_layer_version_by_arn"] = NotAllowed("lambda:GetLayerVersion is not allowed")

    with pytest.raises(MigrateError) as caught:
        download(account)

    assert caught.value.message == "layer `shared:7` cannot be read: lambda:GetLayerVersion is not allowed"
    assert caught.value.hint == "name its sources with `--source`"
