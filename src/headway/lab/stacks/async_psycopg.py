"""AsyncSession on psycopg 3."""

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from headway.database_url import parse_database_url
from headway.lab.stacks.async_session import create_on
from headway.lab.stacks.options import Options


def create(options: Options) -> FastAPI:
    url = parse_database_url(options.database_url).psycopg_url()
    return create_on(create_async_engine(url, pool_size=options.pool, max_overflow=0))
