"""Functions that are not there, or cannot carry the proxy: refused with the reason, and left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.failures.user import User

pytestmark = pytest.mark.sandbox


def _image(answer: Any) -> Any:
    configuration = answer["Configuration"]
    del configuration["Runtime"], configuration["Handler"]
    return answer | {"Configuration": configuration | {"PackageType": "Image"}}


def _edge(answer: Any) -> Any:
    arn = answer["Configuration"]["FunctionArn"]
    return answer | {"Configuration": answer["Configuration"] | {"MasterArn": f"{arn}:1"}}


def _five_layers(answer: Any) -> Any:
    arns = [f"arn:aws:lambda:us-east-1:000000000000:layer:shared-{number}:1" for number in range(5)]
    layers = [{"Arn": arn, "CodeSize": 100} for arn in arns]
    return answer | {"Configuration": answer["Configuration"] | {"Layers": layers}}


REASONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "image": (_image, "image-package: AWS does not say which ECR image it runs"),
    "Lambda@Edge": (_edge, "lambda-edge: it is a Lambda@Edge function, which runs at CloudFront's locations"),
    "five layers": (_five_layers, "five-layers: it has 5 layers already, as many as Lambda allows"),
}


@pytest.mark.parametrize("what", REASONS)
def test_a_function_that_cannot_carry_the_proxy(what: str, user: User) -> None:
    change, reason = REASONS[what]
    user.interceptor.changes["lambda:GetFunction"] = change

    commands = (["proxy", "deploy", "--yes"], ["plan"], ["proxy", "deploy", "--dry-run"])
    deploying, planning, dry = (refused(user, *command) for command in commands)
    checked = user("doctor", "--json").json["data"]["checks"]

    page = f"`lambda-migrate explain {reason.partition(':')[0]}` says why, and what to do"
    assert deploying == dry == Told(3, "gate", reason, f"nothing was changed; {page}")
    assert planning.hint == page
    assert (planning.code, planning.error) == (3, f"`proxy` of `{user.function}` cannot run yet: {reason}")
    assert [check["detail"] for check in checks_that_failed(checked) if check["name"] == "package"] == [reason]
    assert user.interceptor.changing == []


def checks_that_failed(checks: list[Any]) -> list[Any]:
    return [check for check in checks if check["result"] == "fail"]


def test_a_function_that_is_not_there(user: User) -> None:
    user.configure(extra="")
    text = (user.folder / "migration.yaml").read_text()
    (user.folder / "migration.yaml").write_text(text.replace(user.function, "nothing-of-that-name"))

    for command in (["inspect"], ["plan"], ["proxy", "deploy", "--yes"], ["cutover", "--yes"]):
        assert refused(user, *command) == Told(
            1,
            "not-found",
            "function `nothing-of-that-name` does not exist in us-east-1",
            "check the name, `--region` and `--profile`; `aws lambda list-functions` shows those that exist",
        )


def test_a_function_that_is_gone_in_the_middle_of_a_run(user: User) -> None:
    def delete(call: str) -> None:
        if call == "lambda:UpdateFunctionConfiguration":
            user.interceptor.arrived = lambda _call: None
            user.client("lambda").delete_function(FunctionName=user.function)

    user.interceptor.arrived = delete

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, answer.hint) == (1, "check the name, `--region` and `--profile`")
    assert answer.error.startswith("lambda:UpdateFunctionConfiguration")
    assert not (user.folder / "ledger.lock").exists()


def test_a_service_that_is_not_named(user: User) -> None:
    text = (user.folder / "migration.yaml").read_text()
    (user.folder / "migration.yaml").write_text(text.replace("url: 'http://127.0.0.1:9', ", ""))

    told = refused(user, "verify")

    assert told == Told(
        2, "configuration", "`migration.yaml` does not say where the service is", "set `service.url` in it"
    )
    assert refused(user, "proxy", "deploy", "--yes").error == (
        "service-url: migration.yaml does not say where the service is; set `service.url`"
    )
