"""Whole small functions, as they are found in the wild, and exactly what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer import analyze
from tests.analyzer.projects import found, write

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS = "fastapi\nmangum\nboto3\nsqlalchemy\npydantic-settings\n"


def test_a_clean_application_is_only_told_about_its_adapter(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/settings.py": """
                from functools import lru_cache
                from pydantic_settings import BaseSettings


                class Settings(BaseSettings):
                    table: str = "orders"
                    region: str = "eu-west-1"


                @lru_cache
                def get_settings() -> Settings:
                    return Settings()
            """,
            "app/store.py": """
                import boto3
                from botocore.config import Config
                from app.settings import get_settings

                settings = get_settings()
                dynamodb = boto3.client("dynamodb", region_name=settings.region, config=Config())


                def read(key: str) -> dict:
                    return dynamodb.get_item(TableName=settings.table, Key={"id": {"S": key}})["Item"]
            """,
            "app/main.py": """
                import logging
                from fastapi import Depends, FastAPI, HTTPException, Request
                from mangum import Mangum
                from app import store

                logging.basicConfig(level=logging.INFO)
                logger = logging.getLogger(__name__)
                app = FastAPI(title="orders")


                @app.get("/orders/{key}")
                def read_order(key: str, request: Request) -> dict:
                    try:
                        item = store.read(key)
                    except KeyError:
                        raise HTTPException(404) from None
                    logger.info("read %s for %s", key, request.client)
                    return item


                @app.get("/health")
                async def health() -> dict:
                    return {"ok": True}


                handler = Mangum(app, lifespan="off")
            """,
            "requirements.txt": REQUIREMENTS,
        },
    )

    assert found(analyze(tmp_path, "app.main.handler")) == [("LM001", "app/main.py", 26)]


def test_an_identity_from_the_gateway_with_a_fallback_to_headers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                from fastapi import FastAPI, Request
                from mangum import Mangum

                app = FastAPI()

                def current_user(request: Request) -> dict:
                    event = request.scope.get("aws.event")
                    if event:
                        return event["requestContext"]["authorizer"]["claims"]
                    return {"sub": request.headers.get("x-apigateway-user-id")}

                handler = Mangum(app)
            """,
            "requirements.txt": REQUIREMENTS,
        },
    )

    assert [(each.code, each.line) for each in analyze(tmp_path, "main.handler").blocking] == [
        ("LM101", 7),
        ("LM102", 9),
        ("LM104", 10),
    ]


def test_a_login_whose_state_lives_in_one_worker(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                import secrets
                from fastapi import FastAPI
                from mangum import Mangum

                app = FastAPI()
                oauth_states = {}

                @app.get("/login")
                def login() -> dict:
                    state = secrets.token_urlsafe()
                    oauth_states[state] = True
                    return {"state": state}

                @app.get("/callback")
                def callback(state: str) -> dict:
                    if not oauth_states.pop(state, None):
                        return {"error": "unknown state"}
                    return {"ok": True}

                handler = Mangum(app)
            """,
            "requirements.txt": REQUIREMENTS,
        },
    )

    assert found(analyze(tmp_path, "main.handler")) == [
        ("LM302", "main.py", 11),
        ("LM302", "main.py", 16),
        ("LM001", "main.py", 20),
    ]


def test_jobs_in_the_handler_and_the_same_job_in_a_lifespan_that_never_ran(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/jobs.py": """
                import asyncio

                async def release() -> None: ...

                async def release_forever() -> None:
                    while True:
                        await release()
                        await asyncio.sleep(60)
            """,
            "app/main.py": """
                import asyncio
                from contextlib import asynccontextmanager
                from fastapi import FastAPI
                from app.jobs import release_forever

                @asynccontextmanager
                async def lifespan(app: FastAPI):
                    task = asyncio.create_task(release_forever())
                    yield
                    task.cancel()

                app = FastAPI(lifespan=lifespan)
            """,
            "lambda_handler.py": """
                import asyncio
                from mangum import Mangum
                from app.jobs import release
                from app.main import app

                asgi = Mangum(app, lifespan="off")

                def handler(event, context):
                    if "task" in event:
                        return asyncio.run(release())
                    return asgi(event, context)
            """,
            "requirements.txt": REQUIREMENTS,
        },
    )

    analysis = analyze(tmp_path, "lambda_handler.handler")

    assert found(analysis) == [
        ("LM601", "app/main.py", 8),
        ("LM002", "app/main.py", 12),
        ("LM001", "lambda_handler.py", 6),
        ("LM003", "lambda_handler.py", 9),
        ("LM309", "lambda_handler.py", 10),
    ]
    assert analysis.adapter is not None
    assert (analysis.adapter.application, analysis.adapter.lifespan) == ("app.main:app", "off")


def test_a_database_that_is_chosen_by_where_the_code_runs(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/config.py": """
                import os
                from pydantic_settings import BaseSettings

                class Settings(BaseSettings):
                    database_url: str = "postgresql://db/orders"
                    is_lambda: bool = os.getenv("AWS_LAMBDA_FUNCTION_NAME") is not None

                settings = Settings()
            """,
            "core/database.py": """
                from sqlalchemy import create_engine
                from sqlalchemy.orm import Session, sessionmaker
                from sqlalchemy.pool import NullPool
                from core.config import settings

                if settings.is_lambda:
                    engine = create_engine(settings.database_url, poolclass=NullPool)
                else:
                    engine = create_engine(settings.database_url, pool_size=5)

                SessionLocal = sessionmaker(bind=engine)

                def get_session():
                    with SessionLocal() as session:
                        yield session
            """,
            "main.py": """
                from fastapi import Depends, FastAPI
                from mangum import Mangum
                from core.config import settings
                from core.database import get_session

                app = FastAPI(root_path="/prod" if settings.is_lambda else "")
                handler = Mangum(app)
            """,
            "requirements.txt": REQUIREMENTS,
        },
    )

    assert found(analyze(tmp_path, "main.handler")) == [
        ("LM202", "core/config.py", 6),
        ("LM204", "core/database.py", 6),
        ("LM308", "core/database.py", 7),
        ("LM004", "main.py", 6),
        ("LM204", "main.py", 6),
        ("LM001", "main.py", 7),
    ]
