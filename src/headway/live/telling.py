"""Events of a project as those are told who see a part of it: live, and a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from headway.live import frames
from headway.live.frames import Frame
from headway.live.sight import RELOAD, Sight, comments_in, entered, given_to, left
from headway.live.sight_queries import look_back, pictures, tasks_of
from headway.live.viewer import Viewer

Told = Mapping[str, Any]


@dataclass
class Telling:
    """Some events of a project, and what has to be known to tell them apart.

    Args:
        events: by revision, as viewers get them.
        tasks_of: the task of each comment that is spoken of.
        pictures: JSON text of tasks by (person, task), for those who may have come to see one.
    """

    events: Mapping[int, Told]
    tasks_of: Mapping[str, str]
    pictures: Mapping[tuple[str, str], str]
    _passed: dict[Viewer, Frame] = field(default_factory=dict)

    @classmethod
    async def of(cls, db: AsyncSession, events: Mapping[int, Told], people: set[str]) -> "Telling":
        """Looks up what is needed to tell these events to these people."""
        comments = await tasks_of(db, comments_in(events.values()))
        return cls(events, comments, await pictures(db, given_to(events.values(), people)))

    def told(self, sight: Sight, revision: int, data: str) -> str | None:
        """An event's JSON text as somebody may know it: `data` itself, another one, or None."""
        event = self.events[revision]
        verdict = sight.judge(event, self.tasks_of)
        if verdict == "show":
            return data
        if verdict == "leave":
            return left(event)
        picture = self.pictures.get((sight.person_id, event["id"]))
        if verdict == "enter" and picture is not None:
            return entered(event, picture)
        # Where it has gone out of their sight again since, what will be told of that is not for them either.
        sight.tasks.discard(event["id"])
        return None

    def tell(self, viewer: Viewer, sight: Sight, frame: Frame) -> None:
        """Tells an event as far as they see it before and after; what they do not is one `skip` for all in a row."""
        data = frame.data
        told = self.told(sight, frame.revision, data)
        if told is None:
            self._passed[viewer] = frames.skip(frame.topic, frame.revision)
            return
        if viewer in self._passed:
            viewer.put(self._passed.pop(viewer))
        viewer.put(frame if told is data else frames.event(frame.topic, frame.revision, told))

    def finish(self) -> None:
        """Says to everybody how far they are."""
        for viewer, passed in self._passed.items():
            if passed.topic in viewer.places:
                viewer.put(passed)


async def page_of(
    db: AsyncSession, person_id: UUID, project_id: UUID, after: int, events: Sequence[tuple[int, str]]
) -> tuple[list[str], int | None]:
    """(JSON text of those of the next events that they may know, the revision where the page ends early).

    It ends at a `reload`: what that did to each task is not in it, and the next page begins with a fresh look.
    """
    sight = await look_back(db, person_id, project_id, after)
    some = {revision: orjson.loads(data) for revision, data in events}
    telling = await Telling.of(db, some, {str(person_id)})
    texts: list[str] = []
    for revision, data in events:
        if some[revision]["kind"] == RELOAD:
            return [*texts, data], revision
        told = telling.told(sight, revision, data)
        if told is not None:
            texts.append(told)
    return texts, None
