"""Functions that cannot be lifted: told why and what to do, with nothing written."""

from __future__ import annotations

import base64
import hashlib
import stat
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.intercepting_proxy import Answer
from tests.failures.user import Told, refused
from tests.scaffold.packages import MAIN, installed, zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

INIT = ["init", "--directory", "repository", "--yes"]
HERE = ".".join(map(str, sys.version_info[:2]))
OLDER = f" (lambda-migrate runs on Python {HERE}, and the service is for 3.12)" if sys.version_info < (3, 12) else ""
"""What is said where the function's Python is newer than the one that reads it."""
TWO = (
    "from fastapi import FastAPI\nfrom mangum import Mangum\none, two = FastAPI(), FastAPI()\n"
    "first, second = Mangum(one), Mangum(two)\n"
    "def handler(event, context):\n    return (first if event else second)(event, context)\n"
)


def linked() -> bytes:
    """Return a package with a link that leads out of it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.py", MAIN)
        link = zipfile.ZipInfo("passwords")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


WRONG: dict[str, tuple[bytes, str, str]] = {
    "no ASGI application": (
        zipped({"main.py": "def handler(event, context):\n    return {'statusCode': 200, 'body': event['path']}\n"}),
        "no ASGI application was found behind the handler `main.handler`",
        "`--app module:name`",
    ),
    "two applications": (
        zipped({"main.py": TWO}),
        "the handler `main.handler` serves 2 applications: `main:one`, `main:two`",
        "mount the others in it",
    ),
    "no handler": (
        zipped({"main.py": MAIN.replace("handler =", "entry =")}),
        "the handler `main.handler` is not in `main.py`: nothing there is called `handler`",
        "`--handler module.function`",
    ),
    "no module of the handler": (
        zipped({"other.py": MAIN}),
        "the handler `main.handler` is not in the function's package: `main.py` is missing",
        "`--handler`",
    ),
    "a syntax error": (
        zipped({"main.py": MAIN + "app = (\n"}),
        f"`main.py:6` is not valid Python: '(' was never closed{OLDER}",
        "if it is valid there, " if OLDER else "it cannot have run",
    ),
    "a path that leads out": (
        zipped({"main.py": MAIN, "../../evil.py": "x = 1\n"}),
        "the function's package is hostile: `../../evil.py` leads out of it",
        "nothing was written",
    ),
    "an absolute path": (
        zipped({"main.py": MAIN, "/etc/cron.d/evil": "x"}),
        "the function's package is hostile: `/etc/cron.d/evil` leads out of it",
        "nothing was written",
    ),
    "a link": (linked(), "the function's package is hostile: `passwords` is a link", "nothing was written"),
    "no zip": (b"PK, but no zip", "the function's package is not a zip file", "name its source"),
}


@pytest.fixture
def package(user: User, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], None]:
    """Have AWS hand out another package than the function's own: it takes no broken ones itself."""

    def hand_out(content: bytes) -> None:
        bucket = f"{user.function}-package"
        s3 = user.client("s3")
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="package.zip", Body=content)
        url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "package.zip"})
        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()

        def change(answer: Any) -> Any:
            configuration = answer["Configuration"] | {"CodeSha256": sha256, "Handler": "main.handler"}
            return answer | {"Configuration": configuration, "Code": {"Location": url}}

        user.interceptor.changes["lambda:GetFunction"] = change

    return hand_out


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_lifted_leaves_nothing_behind(what: str, user: User, package: Callable[[bytes], None]) -> None:
    content, error, hint = WRONG[what]
    package(content)

    told = refused(user, *INIT)

    assert (told.code, told.error) == (1, error)
    assert hint in told.hint


def test_a_function_that_is_no_python(user: User) -> None:
    def change(answer: Any) -> Any:
        return answer | {"Configuration": answer["Configuration"] | {"Runtime": "nodejs22.x"}}

    user.interceptor.changes["lambda:GetFunction"] = change

    assert refused(user, *INIT) == Told(
        1, "failed", f"`{user.function}` runs on `nodejs22.x`", "only Python 3 functions can be lifted"
    )


def test_code_that_may_not_be_read(user: User) -> None:
    user.interceptor.fail("lambda:GetFunction", Answer(403, "AccessDeniedException", "no policy allows it"))

    told = refused(user, *INIT)

    assert told.code == 4
    assert told.hint == (
        "allow `lambda:GetFunction`, then run the same command; or do without AWS: "
        f"`lambda-migrate init {user.function} --offline --source FOLDER`"
    )


def test_a_folder_that_is_somebody_s(user: User, package: Callable[[bytes], None]) -> None:
    package(zipped({"main.py": MAIN}))
    (user.folder / "repository").mkdir()
    (user.folder / "repository" / "thesis.txt").write_text("mine")

    assert refused(user, *INIT) == Told(
        1,
        "failed",
        "`repository` is not empty, and `init` has not made it",
        "name an empty folder, or one that does not exist",
    )


def test_packages_that_nobody_provides_are_told_and_stop_nothing(
    user: User, package: Callable[[bytes], None], tmp_path: Path
) -> None:
    package(zipped({"main.py": MAIN + "import corporate_auth\n"}))

    answer = user(*INIT, "--no-git")

    assert answer.code == 0
    assert "nothing provides `corporate_auth`; add its package to requirements.txt" in " ".join(answer.err.split())
    assert "nothing provides `corporate_auth`" in (tmp_path / "repository/MIGRATION.md").read_text()


def test_a_package_as_large_as_lambda_takes_is_lifted(
    user: User, package: Callable[[bytes], None], tmp_path: Path
) -> None:
    vendored = installed("numpy", "2.3.0", "numpy")
    blobs = {f"numpy/core_{number}.so": bytes(49 << 20) for number in range(5)}
    record = next(path for path in vendored if path.endswith("RECORD"))
    vendored[record] += "".join(f"{path},,\n" for path in blobs)
    package(zipped({"main.py": MAIN, **vendored, **blobs}))

    answer = user(*INIT, "--no-git")

    assert answer.code == 0, answer.err
    assert [path.name for path in (tmp_path / "repository/src").rglob("*")] == ["main.py"]
    assert "numpy==2.3.0" in (tmp_path / "repository/requirements.txt").read_text()
