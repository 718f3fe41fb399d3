"""Shapes of what can be written next."""

from pydantic import BaseModel


class Completion(BaseModel):
    """Something that could stand there."""

    text: str
    what: str


class Completions(BaseModel):
    """What could stand from `begins` to `ends`, counted in characters, in place of what is there."""

    begins: int
    ends: int
    items: list[Completion]
