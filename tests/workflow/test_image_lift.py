"""What `init` reads of a container image: what ECR answers, layers from a web server, and the code that comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws import download
from lambda_migrate.errors import MigrateError, NotAllowed
from lambda_migrate.function import image_history
from lambda_migrate.scaffold.distributions import layer_distributions
from lambda_migrate.workflow import image_lift, lift
from tests.scaffold.packages import MAIN, installed
from tests.support.image_registry import ACCOUNT, OTHER, registry
from tests.support.images import Built, Recipe, digest

if TYPE_CHECKING:
    from lambda_migrate.scaffold import Source

SITE = "usr/local/lib/python3.12/site-packages"


def below(folder: str, files: dict[str, str]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content.encode() for name, content in files.items()}


RECIPE = Recipe(
    [
        {"etc/os-release": b"Debian", **below(SITE, installed("pip", "24.0", "pip"))},
        {**below(SITE, installed("fastapi", "0.165.0", "fastapi")), f"{SITE}/left/behind.py": b"import this"},
        {"app/main.py": MAIN.encode(), "app/old.py": b"old", "app/data.json": b"{}"},
        {"app/.wh.old.py": b""},
    ],
    entry_point=("python", "-m", "awslambdaric"),
    command=("main.handler",),
    variables=("PATH=/usr/bin", "PYTHON_VERSION=3.12.4", "TABLE=orders", "LEVEL=info", "PIP_NO_CACHE=1"),
    history=(
        "/bin/sh -c #(nop) ADD file:abc in / ",
        'CMD ["python3"]',
        "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends libpq5 curl # buildkit",
        "RUN |1 INDEX=x /bin/sh -c pip install -r requirements.txt # buildkit",
        "COPY . . # buildkit",
        '/bin/sh -c #(nop)  CMD ["main.handler"]',
    ),
    folder="/app",
)


def lifted(aws: Any) -> tuple[Any, Source]:
    deployed = lift.read_function(aws, "orders")
    return deployed.facts, lift.source(aws, deployed)


@pytest.mark.parametrize(("owner", "asked"), [(ACCOUNT, {None}), (OTHER, {OTHER})])
def test_code_and_facts_come_out_of_an_image_also_of_another_account_s_registry(owner: str, asked: set[Any]) -> None:
    with registry(RECIPE.build(), owner=owner) as aws:
        facts, source = lifted(aws)

    assert aws.owners == asked
    assert (facts.handler, facts.command, facts.runtime) == ("main.handler", (), "python3.12")
    assert facts.environment == {"TABLE": "orders", "LEVEL": "debug"}
    assert source.paths == ("data.json", "main.py")
    assert source.read("main.py") == MAIN.encode()
    (packages,) = source.layers
    assert [each.requirement for each in layer_distributions(packages)] == ["fastapi==0.165.0"]
    assert not any("left" in path for path in packages.paths)


def test_how_the_image_was_built_is_told_and_what_that_means_for_the_service() -> None:
    with registry(RECIPE.build()) as aws:
        _, source = lifted(aws)

    assert source.notes == (
        (
            "its image was built in 4 steps of its own: `RUN apt-get update && apt-get install -y"
            " --no-install-recommends libpq5 curl`; `RUN pip install -r requirements.txt`; `COPY . .`;"
            ' `CMD ["main.handler"]`'
        ),
        (
            "its image installs system packages (`libpq5`, `curl`): add those that the code needs to the service's"
            " Dockerfile"
        ),
        (
            "its image cannot run the service as it is: uvicorn is not installed in it; the repository's Dockerfile"
            " makes an image of its own"
        ),
    )


def test_an_image_that_starts_a_server_can_run_the_service_and_says_how() -> None:
    served = replace(
        RECIPE,
        layers=[{"app/main.py": MAIN.encode(), **below(SITE, installed("uvicorn", "0.54.0", "uvicorn"))}],
        entry_point=(),
        command=("uvicorn", "main:app", "--port", "8080"),
        history=("COPY /lambda-adapter /opt/extensions/lambda-adapter # buildkit",),
    )
    with registry(served.build()) as aws:
        facts, source = lifted(aws)

    assert (facts.handler, facts.command) == ("start.sh", ("uvicorn", "main:app", "--port", "8080"))
    assert source.notes[-1] == (
        "its image has uvicorn 0.54.0, so it can run the service too, once it has what this repository adds: copy the"
        " repository into it, install requirements.txt, and start `python -m service` in place of `uvicorn main:app"
        " --port 8080`; the repository's Dockerfile makes an image of its own"
    )


def test_what_the_function_overrides_counts_and_python_is_told_by_what_is_installed() -> None:
    based = Recipe(
        [{"var/task/a.py": b"a", "srv/other.py": b"o", "var/lang/lib/python3.13/site-packages/x.py": b"x"}],
        variables=("LAMBDA_TASK_ROOT=/var/task",),
    )
    overridden = {"ImageConfig": {"Command": ["other.main"], "WorkingDirectory": "/srv"}}
    with registry(based.build(), ImageConfigResponse=overridden) as aws:
        facts, source = lifted(aws)

    assert (facts.handler, facts.runtime, source.python, source.paths) == ("other.main", "", "3.13", ("other.py",))


def changed_manifest(built: Built, **layer: Any) -> Built:
    document = json.loads(built.manifest)
    document["layers"][0] |= layer
    return replace(built, manifest=json.dumps(document).encode())


FIRST = digest(RECIPE.build().layers[0])
SOURCES = "name its sources with `--source`"


@pytest.mark.parametrize(
    ("built", "message", "hint"),
    [
        (
            replace(RECIPE, folder="/").build(),
            "the image is started in `/`, which holds more than the function's code",
            SOURCES,
        ),
        (
            changed_manifest(RECIPE.build(), mediaType="application/vnd.oci.image.layer.v1.tar+zstd"),
            "a layer of its image has the media type `application/vnd.oci.image.layer.v1.tar+zstd`, which is not read",
            SOURCES,
        ),
        (
            changed_manifest(RECIPE.build(), size=7),
            "layer 1 of 4 of its image cannot be downloaded: it answers more than 7 bytes",
            "run the same command again",
        ),
        (
            changed_manifest(RECIPE.build(), digest=f"sha256:{'0' * 64}"),
            "layer 1 of 4 of its image cannot be downloaded: 404 Not Found",
            "run the same command again",
        ),
        (
            changed_manifest(RECIPE.build(), size="large"),
            f"its image cannot be read: its manifest does not say how large {FIRST[:19]}… is",
            SOURCES,
        ),
        (
            replace(RECIPE, layers=[{"app/../../etc/passwd": b"x"}]).build(),
            "a layer of the image is hostile: `app/../../etc/passwd` leads out of it",
            "nothing was written; ask who built it",
        ),
    ],
)
def test_an_image_that_cannot_be_lifted_says_why_and_what_to_do(built: Built, message: str, hint: str) -> None:
    with registry(built) as aws, pytest.raises(MigrateError) as refused:
        lifted(aws)

    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_code_that_came_before_the_link_to_it_is_read_in_a_second_round() -> None:
    linked = replace(RECIPE, layers=[{"srv/shop/main.py": MAIN.encode()}, {"app": "srv/shop"}])
    with registry(linked.build()) as aws:
        _, source = lifted(aws)

    assert source.paths == ("main.py",)
    assert aws.calls.count("ecr:get_download_url_for_layer") == 1 + 2 * 2


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (b"\xff", "it is not a JSON object"),
        (b"[]", "it is not a JSON object"),
        (b"[" * 100_000, "it is not a JSON object"),
        (b'{"config": {"Entrypoint": "sh -c app.handler"}}', "`config.Entrypoint` is not a list of strings"),
        (b'{"config": {"Env": {"A": 1}}}', "`config.Env` is not a list of strings"),
        (b'{"config": []}', "`config` is not an object"),
        (b'{"history": ["FROM base"]}', "`history` is not a list of objects"),
    ],
)
def test_a_configuration_that_is_not_one_is_named_and_nothing_fails_over_it(config: bytes, problem: str) -> None:
    built = RECIPE.build()
    document = json.loads(built.manifest)
    document["config"] |= {"digest": digest(config), "size": len(config)}
    with registry(replace(built, config=config, manifest=json.dumps(document).encode())) as aws:
        deployed = lift.read_function(aws, "orders")
        with pytest.raises(MigrateError) as refused:
            lift.source(aws, deployed)

    assert (refused.value.message, refused.value.hint) == (
        (
            "`orders` is deployed as a container image that cannot be read: the configuration of the image in"
            f" `shop/orders` cannot be read: {problem}"
        ),
        SOURCES,
    )


def test_a_manifest_that_is_not_the_one_of_its_digest_is_not_believed() -> None:
    built = RECIPE.build()
    with registry(built) as aws:
        shown = aws.answers["ecr:batch_get_image"]()
        shown["images"][0]["imageManifest"] += " "
        aws.answers["ecr:batch_get_image"] = shown
        deployed = lift.read_function(aws, "orders")

    assert deployed.unread == (
        f"the answer to ecr:BatchGetImage cannot be read: the manifest does not match {built.digest}"
    )


def test_why_ecr_does_not_show_an_image_is_told() -> None:
    built = RECIPE.build()
    failed = {"imageId": {}, "failureCode": "KmsError", "failureReason": "The key is disabled."}
    with registry(built) as aws:
        aws.answers["ecr:batch_get_image"] = {"images": [], "failures": [failed]}
        kept_away = lift.read_function(aws, "orders")
        aws.answers["ecr:batch_get_image"] = {"images": [], "failures": [{"failureCode": "ImageNotFound"}]}
        gone = lift.read_function(aws, "orders")

    assert [kept_away.unread, gone.unread] == [
        f"ECR does not show image {built.digest} of repository `shop/orders`: The key is disabled",
        f"repository `shop/orders` does not hold the image {built.digest} any more",
    ]


def test_a_list_of_images_and_a_missing_right_are_named_where_the_code_is_needed() -> None:
    several = replace(RECIPE.build(), manifest=b'{"manifests": []}')
    with registry(several) as aws:
        deployed = lift.read_function(aws, "orders")
        with pytest.raises(
            MigrateError, match="container image that cannot be read: its manifest does not describe one"
        ):
            lift.source(aws, deployed)
        aws.answers["ecr:batch_get_image"] = NotAllowed("ecr:BatchGetImage is not allowed")
        deployed = lift.read_function(aws, "orders")

    with pytest.raises(MigrateError, match="cannot be read: ecr:BatchGetImage is not allowed") as refused:
        lift.source(aws, deployed)
    assert refused.value.hint == image_lift.OTHERWISE


def test_the_disk_is_asked_before_a_layer_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = download.shutil.disk_usage("/")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _folder: usage._replace(free=5 * 2**20))
    with registry(RECIPE.build()) as aws, pytest.raises(MigrateError) as refused:
        lifted(aws)

    assert refused.value.message.endswith("has 5 MB left, and the image needs 300 MB")
    assert aws.calls.count("ecr:get_download_url_for_layer") == 1  # for the configuration


def test_layers_come_in_pieces_and_are_counted_in_bytes() -> None:
    large = replace(RECIPE, layers=[*RECIPE.layers, {"elsewhere/model.bin": bytes(range(256)) * 4096}])
    built, told, pieces = large.build(), [], []
    with registry(built) as aws:
        deployed = lift.read_function(aws, "orders")
        lift.source(aws, deployed, lambda done, total: told.append((done, total)))
        with open("/dev/null", "wb") as nowhere:  # noqa: PTH123  # a device
            blob = built.layers[-1]
            download.fetch_into(
                nowhere, f"{aws.url}/{digest(blob)}", digest(blob)[7:], len(blob), "a layer", came=pieces.append
            )

    total = sum(len(each) for each in built.layers)
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert sum(pieces) == len(blob)
    assert max(pieces) < 2**20


@pytest.mark.parametrize(
    ("told", "step"),
    [
        ("RUN /bin/sh -c make # buildkit", "RUN make"),
        ("/bin/sh -c make", "RUN make"),
        ("/bin/sh -c #(nop) WORKDIR /app", "WORKDIR /app"),
        ("ENV A=1", "ENV A=1"),
        ("lambda-migrate: the proxy", None),
        (None, None),
    ],
)
def test_the_steps_of_either_builder_read_as_in_a_dockerfile(told: str | None, step: str | None) -> None:
    history = [{"created_by": 'ENTRYPOINT [ "/lambda-entrypoint.sh" ]'}, {"created_by": told}]

    assert image_history.steps({"history": history}) == ((step,) if step else ())


@pytest.mark.parametrize(
    ("told", "step"),
    [
        (
            "RUN /bin/sh -c pip install --extra-index-url https://ada:hunter2Zq@example.com/simple x # buildkit",
            "RUN pip install --extra-index-url https://[redacted]@example.com/simple x",
        ),
        ("ENV API_TOKEN=hunter2Zq", "ENV API_TOKEN=[redacted]"),
        ("|2 A=b c TOKEN=hunter2Zq /bin/sh -c make", "|2 A=b c TOKEN=[redacted] /bin/sh -c make"),
    ],
)
def test_a_step_shows_no_secret_of_the_build(told: str, step: str) -> None:
    assert image_history.steps({"history": [{"created_by": told}]}) == (step,)
