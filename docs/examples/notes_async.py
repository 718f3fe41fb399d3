"""Notes with tags on AsyncSession and asyncpg."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import DateTime, ForeignKey, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

# postgresql+asyncpg://…  Workers × pool_size has to stay below the server's max_connections.
engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=0, pool_timeout=10)
AsyncSessionLocal = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    # Without it an UPDATE leaves updated_at expired, and reading it would need an await: MissingGreenlet.
    __mapper_args__ = {"eager_defaults": True}


class Tag(Base):
    __tablename__ = "tag"
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )
    tags: Mapped[list[Tag]] = relationship(order_by=Tag.name, cascade="all, delete-orphan", lazy="raise")


class NoteIn(BaseModel):
    title: str
    tags: list[str] = []

    def rows(self) -> list[Tag]:
        return [Tag(name=name) for name in sorted(set(self.tags))]


class TagOut(BaseModel, from_attributes=True):
    name: str


class NoteOut(BaseModel, from_attributes=True):
    id: int
    title: str
    updated_at: datetime
    tags: list[TagOut]


async def get_async_db() -> AsyncIterator[AsyncSession]:
    # Commits on the way out, rolls back on any error, cancellation included; then the session closes.
    async with AsyncSessionLocal.begin() as db:
        yield db


# scope="function": the commit comes before the answer. By default it comes after it.
Db = Annotated[AsyncSession, Depends(get_async_db, scope="function")]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


# A constraint may speak at the flush or at the commit; both arrive here, when the session has rolled back.
@app.exception_handler(IntegrityError)
async def data_conflict(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Data conflict"}, 400)


@app.get("/notes", response_model=list[NoteOut])
async def list_notes(db: Db, limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: int = 0) -> Sequence[Note]:
    page = select(Note).order_by(Note.id).limit(limit).offset(offset)
    return (await db.scalars(page.options(selectinload(Note.tags)))).all()


@app.get("/notes/{note_id}", response_model=NoteOut)
async def get_note(db: Db, note_id: int) -> Note:
    note = await db.get(Note, note_id, options=[selectinload(Note.tags)])
    if note is None:
        raise HTTPException(404, "No such note")
    return note


@app.post("/notes", status_code=201, response_model=NoteOut)
async def create_note(db: Db, new: NoteIn) -> Note:
    note = Note(title=new.title, tags=new.rows())
    db.add(note)
    await db.flush()  # the answer needs its id
    return note


@app.put("/notes/{note_id}", response_model=NoteOut)
async def change_note(db: Db, note_id: int, change: NoteIn) -> Note:
    note = await get_note(db, note_id)
    note.tags, note.title = change.rows(), change.title
    await db.flush()  # the answer needs its updated_at
    return note


@app.get("/tags")
async def count_tags(db: Db) -> dict[str, int]:
    rows = await db.execute(select(Tag.name, func.count()).group_by(Tag.name).order_by(Tag.name))
    return dict(rows.all())
