"""Notes with tags on the sync Session and psycopg 3, as many write it today."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel
from sqlalchemy import DateTime, ForeignKey, create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

engine = create_engine(os.environ["DATABASE_URL"])  # postgresql+psycopg://…
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


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
    tags: Mapped[list[Tag]] = relationship(order_by=Tag.name, cascade="all, delete-orphan")


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


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


Db = Annotated[Session, Depends(get_db)]
Base.metadata.create_all(engine)
app = FastAPI()


@app.get("/notes", response_model=list[NoteOut])
def list_notes(db: Db, limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: int = 0) -> Sequence[Note]:
    return db.scalars(select(Note).order_by(Note.id).limit(limit).offset(offset)).all()


@app.get("/notes/{note_id}", response_model=NoteOut)
def get_note(db: Db, note_id: int) -> Note:
    note = db.get(Note, note_id)
    if note is None:
        raise HTTPException(404, "No such note")
    return note


@app.post("/notes", status_code=201, response_model=NoteOut)
def create_note(db: Db, new: NoteIn) -> Note:
    note = Note(title=new.title, tags=new.rows())
    db.add(note)
    return save(db, note)


@app.put("/notes/{note_id}", response_model=NoteOut)
def change_note(db: Db, note_id: int, change: NoteIn) -> Note:
    note = get_note(db, note_id)
    # Tags first: loading the old ones flushes, and a title that conflicts would say so outside of save().
    note.tags, note.title = change.rows(), change.title
    return save(db, note)


@app.get("/tags")
def count_tags(db: Db) -> dict[str, int]:
    rows = db.execute(select(Tag.name, func.count()).group_by(Tag.name).order_by(Tag.name))
    return dict(rows.all())


def save(db: Session, note: Note) -> Note:
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
        raise HTTPException(400, "Data conflict") from None
    return note
