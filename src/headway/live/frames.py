"""What goes out to viewers. A frame is built once and shared by everybody who gets it."""

from typing import Literal, NamedTuple
from uuid import UUID

import orjson

EVENT = '{"type":"event",'


class Frame(NamedTuple):
    """One message as the socket sends it; `topic` and `revision` where it has them."""

    kind: Literal["event", "skip", "following", "reload", "gone", "presence", "other"]
    text: str
    topic: str = ""
    revision: int = 0

    @property
    def data(self) -> str:
        """An event without its envelope, for the stream."""
        return "{" + self.text[len(EVENT) :]


def _text(**fields: object) -> str:
    return orjson.dumps(fields, default=str).decode()  # asyncpg has its own UUID type


def event(topic: str, revision: int, data: str) -> Frame:
    """Something that happened. `data` is the JSON object that PostgreSQL wrote."""
    return Frame("event", EVENT + data[1:], topic, revision)


def skip(topic: str, revision: int) -> Frame:
    """What happened up to this revision is not theirs to see."""
    return Frame("skip", _text(type="skip", topic=topic, revision=revision), topic, revision)


def following(topic: str, revision: int) -> Frame:
    """Everything up to this revision has been sent; what comes is live."""
    return Frame("following", _text(type="following", topic=topic, revision=revision), topic, revision)


def reload(topic: str, revision: int) -> Frame:
    """Too far behind to replay: fetch the snapshot. Events go on after this revision."""
    return Frame("reload", _text(type="reload", topic=topic, revision=revision), topic, revision)


def gone(topic: str) -> Frame:
    """Not there, or not theirs to see (any more): the same bytes for both."""
    return Frame("gone", _text(type="gone", topic=topic), topic)


def presence(topic: str, people: str) -> Frame:
    """Who is there. `people` is the JSON array that PostgreSQL wrote."""
    return Frame("presence", f'{{"type":"presence","topic":"{topic}","people":{people}}}', topic)


def people_of(frame: Frame) -> str:
    """The JSON array in a list of who is there."""
    return frame.text.partition('"people":')[2][:-1]


def hello(person_id: UUID) -> Frame:
    """The first frame."""
    return Frame("other", _text(type="hello", person_id=person_id))


def error(code: str, detail: str) -> Frame:
    """A message was not understood; the connection goes on."""
    return Frame("other", _text(type="error", code=code, detail=detail))


PONG = Frame("other", _text(type="pong"))
BEAT = Frame("other", _text(type="beat"))
