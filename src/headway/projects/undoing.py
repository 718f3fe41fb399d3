"""How a project, its states and its labels go back."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from fractional_indexing import generate_key_between
from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, delete, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.errors import Problem
from headway.events.record import record, record_change
from headway.projects.access import Right, require
from headway.projects.commands import bring_project_back, settle_project, take_project_away, topic_of
from headway.projects.models import Label, Project, State
from headway.projects.queries import label_json, project_fields, state_json, who_sees
from headway.text import sort_key
from headway.undoing import Fields, Kind, Now, Rules, Step, Undo, no_check

IN_A_PROJECT = ("task", "comment", "state", "label")
LAST_STATE = "A project needs at least one state besides cancelled."


def needs(right: Right) -> Callable[[Undo, Step], Problem | None]:
    """May they? The same for whatever is done to a thing."""

    def refusal(undo: Undo, _: Step) -> Problem | None:
        try:
            require(undo.role, right)
        except Problem as refused:
            return refused
        return None

    return refusal


def any_of(ids: Iterable[UUID]) -> ColumnElement[Any]:
    """`= ANY` of an array: the same statement for one id or thousands."""
    return func.any(literal(list(ids), ARRAY(Uuid)))


def free_keys(wanted: Mapping[UUID, str], taken: Collection[str]) -> dict[UUID, str]:
    """The rank keys that things want back; where somebody has one now, a key right behind it."""
    keys = set(taken)
    if keys.isdisjoint(wanted.values()) and len(set(wanted.values())) == len(wanted):
        return dict(wanted)
    in_order, result = sorted(keys), {}
    for one, rank in sorted(wanted.items(), key=lambda item: item[1]):
        place = bisect_left(in_order, rank)
        key = rank
        if place < len(in_order) and in_order[place] == rank:
            place += 1
            key = str(generate_key_between(rank, in_order[place] if place < len(in_order) else None))
        in_order.insert(place, key)
        result[one] = key
    return result


# The project itself


async def look_at_project(db: AsyncSession, undo: Undo, ids: list[UUID]) -> dict[UUID, Now]:
    rows = select(func.json_build_object(*project_fields()), Project.deleted_at).where(Project.id == any_of(ids))
    return {UUID(data["id"]): Now(data, deleted=at is not None) for data, at in await db.execute(rows)}


# What is still there of what others made or changed in a project since, besides what the change set itself made.
USED_SINCE = text(
    """
    SELECT entity_id FROM (
        SELECT DISTINCT ON (entity_id) entity_id, kind FROM happened
        WHERE topic = :topic AND revision > :revision AND change_set_id <> :change_set_id
          AND split_part(kind, '.', 1) = ANY (CAST(:nouns AS text[]))
          AND NOT EXISTS (SELECT 1 FROM unnest(CAST(:own AS uuid[])) AS o (id) WHERE o.id = entity_id)
        ORDER BY entity_id, revision DESC, position DESC
    ) last
    WHERE kind NOT LIKE '%.deleted' AND kind NOT LIKE '%.purged' LIMIT 1
    """
)


async def may_project_go(db: AsyncSession, undo: Undo) -> None:
    """A project that was made goes if there is nothing else in it."""
    for step in undo.doing("project", "deleted"):
        inside = [other for noun in IN_A_PROJECT for other in undo.steps.get(noun, {}).values()]
        stays = next((s for s in inside if s.clashes and s.did.is_there and not s.did.was_there), None)
        if stays is None:
            values = {
                "topic": topic_of(step.id),
                "revision": step.did.revision,
                "change_set_id": undo.change_set_id,
                "nouns": list(IN_A_PROJECT),
                "own": [other.id for other in inside],
            }
            used = await db.scalar(USED_SINCE, values)
        else:
            used = stays.id
        if used:
            step.stays("There is more in it now, so it stays, with its states and labels.", about=used)


async def restore_projects(db: AsyncSession, undo: Undo) -> None:
    for step in undo.doing("project", "restored"):
        await bring_project_back(db, await db.get_one(Project, step.id))


async def change_projects(db: AsyncSession, undo: Undo) -> None:
    for step in undo.doing("project", "changed"):
        assert step.now
        project = await db.get_one(Project, step.id)
        seen_before = set((await db.scalars(who_sees(project.id))).all())
        for name, value in step.fields.items():
            setattr(project, name, value)
        await settle_project(db, project, step.now.data, seen_before)


async def remove_projects(db: AsyncSession, undo: Undo) -> None:
    for step in undo.doing("project", "deleted"):
        await take_project_away(db, await db.get_one(Project, step.id))


# States and labels, which are alike: few, named, and really gone when deleted


class Named:
    """What states and labels share; `noun` tells them apart."""

    def __init__(self, noun: str, model: type[State] | type[Label], picture: Callable[[], ColumnElement[Any]]) -> None:
        self.noun, self.model, self.picture = noun, model, picture

    def rows(self, ids: Iterable[UUID]) -> Select[Any]:
        """Their pictures."""
        return select(self.picture()).where(self.model.id == any_of(ids))

    async def look(self, db: AsyncSession, undo: Undo, ids: list[UUID]) -> dict[UUID, Now]:
        if not undo.preview:
            held = select(self.model.id).where(self.model.id == any_of(ids)).order_by(self.model.id)
            await db.execute(held.with_for_update())
        return {UUID(data["id"]): Now(data) for data in await db.scalars(self.rows(ids))}

    async def check_return(self, db: AsyncSession, undo: Undo) -> None:
        """Names are unique in a project."""
        here = select(self.model.id, self.model.name).where(self.model.project_id == undo.project_id)
        has = {name: one for one, name in await db.execute(here)}
        for step in undo.doing(self.noun, "restored", "changed"):
            name = step.fields.get("name")
            if name is None or has.get(name, step.id) == step.id:
                continue
            detail = f"There is another {self.noun} called “{name}” now. Rename that one first."
            step.stays(detail, about=has[name]) if step.what == "restored" else step.keeps("name", detail)

    async def check_removal(self, db: AsyncSession, undo: Undo) -> None:
        """Goes what no task uses; a task in the trash may come back, and would miss it."""
        made = undo.step("project", undo.project_id)
        for step in undo.doing(self.noun, "deleted"):
            if made and not made.did.was_there:
                step.do_nothing()  # a project that stays is not left without its columns
            elif step.used:
                step.stays(f"{counted(step.used)} it now.")
            elif step.used_in_trash:
                name = step.data["name"]
                step.left.append(f"The {self.noun} “{name}” stays: {counted(step.used_in_trash, 'in the trash')} it.")
                step.do_nothing()

    async def bring_back(self, db: AsyncSession, undo: Undo) -> None:
        for step in undo.doing(self.noun, "restored"):
            fields = {**step.fields, "id": step.id, "project_id": undo.project_id}
            db.add(self.model(**self.values(fields), version=step.did.before["version"] + 1))
            step.fields = {}
        await db.flush()
        await self.record(db, undo, undo.doing(self.noun, "restored"), "created")

    async def change(self, db: AsyncSession, undo: Undo) -> None:
        steps = undo.doing(self.noun, "changed")
        for step in steps:
            version = {"version": step.data["version"] + 1}
            changed = update(self.model).where(self.model.id == step.id)
            await db.execute(changed.values(**self.values(step.fields), **version))
        await self.record(db, undo, steps, "changed")

    async def remove(self, db: AsyncSession, undo: Undo) -> None:
        steps = undo.doing(self.noun, "deleted")
        await db.execute(delete(self.model).where(self.model.id == any_of(step.id for step in steps)))
        for step in steps:
            record(db, topic_of(undo.project_id), f"{self.noun}.deleted", step.id, step.data, None)

    def values(self, fields: Fields) -> Fields:
        """The columns that say what `fields` say; a version is given by whoever writes."""
        values = {name: value for name, value in fields.items() if name != "version"}
        for name in values.keys() & {"id", "project_id"}:
            values[name] = UUID(str(values[name]))
        if self.model is Label and "name" in values:
            values["name_key"] = sort_key(values["name"])
        return values

    async def record(self, db: AsyncSession, undo: Undo, steps: list[Step], verb: str) -> None:
        """Says what became of them."""
        after = {UUID(data["id"]): data for data in await db.scalars(self.rows(step.id for step in steps))}
        topic, kind = topic_of(undo.project_id), f"{self.noun}.{verb}"
        for step in steps:
            if verb == "created":
                record(db, topic, kind, step.id, None, after[step.id])
            else:
                record_change(db, topic, kind, step.data, after[step.id])


def counted(number: int, where: str = "") -> str:
    """`2 tasks in the trash use`, to be followed by what they use."""
    return " ".join(filter(None, (f"{number} task{'s' * (number != 1)}", where, "uses" if number == 1 else "use")))


states, labels = Named("state", State, state_json), Named("label", Label, label_json)


async def free_state_keys(db: AsyncSession, undo: Undo) -> None:
    """States whose old place is taken stand right behind whoever has it."""
    steps = [step for step in undo.doing("state", "restored", "changed") if "rank" in step.fields]
    away = {step.id for step in steps}
    here = await db.execute(select(State.id, State.rank).where(State.project_id == undo.project_id))
    keys = free_keys({s.id: s.fields["rank"] for s in steps}, [rank for one, rank in here if one not in away])
    for step in steps:
        step.fields["rank"] = keys[step.id]


async def check_states(db: AsyncSession, undo: Undo) -> None:
    await states.check_return(db, undo)
    if undo.doing("state", "restored", "changed"):
        await free_state_keys(db, undo)


async def may_states_go(db: AsyncSession, undo: Undo) -> None:
    """No task is in them, and one is left."""
    await states.check_removal(db, undo)
    going = {step.id for step in undo.doing("state", "deleted")}
    if going:
        rows = select(State.id).where(State.project_id == undo.project_id, State.category != "cancelled")
        if not set(await db.scalars(rows)) - going:
            for step in undo.doing("state", "deleted"):
                step.stays(LAST_STATE)


def called(data: Fields) -> str | None:
    """A thing's own name."""
    name: str | None = data.get("name")
    return name


PROJECT = Kind(
    noun="project",
    rules=Rules(frozenset({"name", "description", "visibility", "blocking"})),
    look=look_at_project,
    refusal=needs("manage"),
    check_return=no_check,
    check_removal=may_project_go,
    bring_back=restore_projects,
    change=change_projects,
    remove=remove_projects,
    title=called,
)
STATE = Kind(
    noun="state",
    rules=Rules(frozenset({"name", "category", "rank"}), gone_when_deleted=True),
    look=states.look,
    refusal=needs("manage"),
    check_return=check_states,
    check_removal=may_states_go,
    bring_back=states.bring_back,
    change=states.change,
    remove=states.remove,
    title=called,
)
LABEL = Kind(
    noun="label",
    rules=Rules(frozenset({"name", "color"}), gone_when_deleted=True),
    look=labels.look,
    refusal=needs("edit"),
    check_return=labels.check_return,
    check_removal=labels.check_removal,
    bring_back=labels.bring_back,
    change=labels.change,
    remove=labels.remove,
    title=called,
)
