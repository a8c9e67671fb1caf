"""What well-known distributions are imported as, and what they bring along."""

from __future__ import annotations

# Import names that no spelling of the distribution's own name leads to.
IMPORTED_AS: dict[str, frozenset[str]] = {
    "attrs": frozenset({"attr", "attrs"}),
    "beautifulsoup4": frozenset({"bs4"}),
    "biopython": frozenset({"Bio"}),
    "django-rest-framework": frozenset({"rest_framework"}),
    "djangorestframework": frozenset({"rest_framework"}),
    "faiss-cpu": frozenset({"faiss"}),
    "google-api-python-client": frozenset({"googleapiclient", "apiclient"}),
    "grpcio": frozenset({"grpc"}),
    "mysqlclient": frozenset({"MySQLdb"}),
    "opencv-python": frozenset({"cv2"}),
    "opencv-python-headless": frozenset({"cv2"}),
    "pillow": frozenset({"PIL"}),
    "protobuf": frozenset({"google"}),
    "psycopg2-binary": frozenset({"psycopg2"}),
    "gdal": frozenset({"osgeo"}),
    "google-cloud-aiplatform": frozenset({"vertexai", "google"}),
    "matplotlib": frozenset({"matplotlib", "mpl_toolkits"}),
    "pycryptodome": frozenset({"Crypto"}),
    "pymongo": frozenset({"pymongo", "bson", "gridfs"}),
    "pycryptodomex": frozenset({"Cryptodome"}),
    "pymupdf": frozenset({"fitz"}),
    "pywin32": frozenset({"win32api", "win32con", "pythoncom"}),
    "scikit-image": frozenset({"skimage"}),
    "scikit-learn": frozenset({"sklearn"}),
    "setuptools": frozenset({"setuptools", "pkg_resources"}),
    "toolz": frozenset({"toolz", "tlz"}),
    "typing-extensions": frozenset({"typing_extensions"}),
}
# What comes along with a distribution, so that importing it needs no line of its own to work.
BRINGS: dict[str, tuple[str, ...]] = {
    "aioboto3": ("aiobotocore", "boto3"),
    "aiobotocore": ("botocore", "aiohttp", "wrapt"),
    "aiohttp": ("multidict", "yarl", "attrs", "frozenlist"),
    "alembic": ("sqlalchemy", "mako"),
    "anyio": ("idna", "sniffio"),
    "aws-lambda-powertools": ("jmespath", "typing-extensions"),
    "aws-xray-sdk": ("botocore", "wrapt"),
    "awswrangler": ("boto3", "numpy", "pandas", "pyarrow"),
    "boto3": ("botocore", "s3transfer", "jmespath"),
    "botocore": ("jmespath", "python-dateutil", "urllib3"),
    "celery": ("kombu", "billiard", "vine", "click", "python-dateutil"),
    "cryptography": ("cffi",),
    "django": ("asgiref", "sqlparse"),
    "fastapi": ("starlette", "pydantic", "typing-extensions", "annotated-doc"),
    "flask": ("werkzeug", "jinja2", "itsdangerous", "click", "blinker", "markupsafe"),
    "google-cloud-storage": ("google-auth", "google-api-core", "requests"),
    "httpx": ("httpcore", "h11", "anyio", "certifi", "idna"),
    "jinja2": ("markupsafe",),
    "kombu": ("amqp", "vine"),
    "mangum": ("typing-extensions",),
    "matplotlib": ("numpy", "pillow", "python-dateutil"),
    "pandas": ("numpy", "python-dateutil", "pytz"),
    "psycopg": ("typing-extensions",),
    "pydantic": ("pydantic-core", "typing-extensions", "annotated-types"),
    "pydantic-settings": ("pydantic", "python-dotenv"),
    "python-dateutil": ("six",),
    "python-jose": ("rsa", "ecdsa", "pyasn1"),
    "requests": ("urllib3", "certifi", "idna", "charset-normalizer"),
    "s3transfer": ("botocore",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "scipy": ("numpy",),
    "sentry-sdk": ("urllib3", "certifi"),
    "sqlalchemy": ("greenlet", "typing-extensions"),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "starlette": ("anyio",),
    "strawberry-graphql": ("graphql-core", "typing-extensions", "python-dateutil"),
    "uvicorn": ("click", "h11"),
}
_STANDARD_SERVER = ("uvloop", "httptools", "websockets", "watchfiles", "python-dotenv", "pyyaml")
_STANDARD_FASTAPI = (
    "uvicorn",
    *_STANDARD_SERVER,
    "httpx",
    "jinja2",
    "python-multipart",
    "email-validator",
    "dnspython",
)
# What an extra brings where its own name does not say it, as `bcrypt` in `passlib[bcrypt]` does.
EXTRA_BRINGS: dict[str, tuple[str, ...]] = {
    "aws-lambda-powertools[all]": ("pydantic", "aws-xray-sdk", "fastjsonschema"),
    "aws-lambda-powertools[parser]": ("pydantic",),
    "aws-lambda-powertools[tracer]": ("aws-xray-sdk",),
    "fastapi[all]": (*_STANDARD_FASTAPI, "itsdangerous", "orjson", "ujson", "pydantic-settings"),
    "fastapi[standard]": _STANDARD_FASTAPI,
    "httpx[http2]": ("h2",),
    "psycopg[pool]": ("psycopg-pool",),
    "pydantic[email]": ("email-validator", "dnspython"),
    "pyjwt[crypto]": ("cryptography",),
    "requests[socks]": ("pysocks",),
    "sqlalchemy[asyncio]": ("greenlet",),
    "starlette[full]": ("httpx", "itsdangerous", "jinja2", "python-multipart", "pyyaml"),
    "uvicorn[standard]": _STANDARD_SERVER,
}


# What brings nothing that anybody imports by itself, beside those in the tables above.
ALONE = frozenset(
    {
        "awslambdaric", "bcrypt", "brotli", "cachetools", "ddtrace", "gunicorn", "lxml", "numpy", "orjson", "passlib",
        "pillow", "psutil", "psycopg2", "psycopg2-binary", "pyjwt", "pymongo", "pymysql", "python-multipart", "pyyaml",
        "redis", "regex", "simplejson", "tenacity", "tzdata", "ujson", "xmltodict", "apig-wsgi", "serverless-wsgi",
        "aws-wsgi", "a2wsgi",
    }
)  # fmt: skip
CLOSED = frozenset({*BRINGS, *(name for brought in BRINGS.values() for name in brought), *ALONE})
