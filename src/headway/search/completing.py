"""What could be written at a place in a filter: fields, and the values that a field can have."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union_all

from headway.accounts.models import Person
from headway.projects.models import Label, Project, State
from headway.projects.queries import only_visible
from headway.search.parse import FIELDS
from headway.search.tree import CHOICES, COMPARED, DAYS, EMPTIED, ME, NAMED_DAYS, NONE, PEOPLE, Field
from headway.text import sort_key
from headway.workspaces.models import Membership

MOST = 12
# Up to the place: where a condition begins, its field and sign, values before the last one, and what of that is there.
BEFORE = re.compile(r'(?:^|[\s(])-?(?:([a-zA-Z]+)(<=|>=|[:<>=])((?:"[^"]*",|[^\s",()]*,)*))?("[^"]*|[^\s",()]*)$')
AFTER = re.compile(r'[^\s",()]*"?')
SOME_DAYS = ("today", "tomorrow", "yesterday", "7d", "30d", "-7d")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is being written: which characters it takes, of which field, and what there is of it."""

    begins: int
    ends: int
    field: Field | None
    compared: str
    prefix: str


def place_in(text: str, at: int) -> Place | None:
    """What is being written there; None inside of quoted words and of what is no field."""
    found = BEFORE.search(text[:at])
    if found is None or (found[1] is None and found[4].startswith('"')):
        return None
    field = FIELDS.get(found[1].lower()) if found[1] else None
    if found[1] and field is None:
        return None
    after = AFTER.match(text, at)
    return Place(found.start(4), after.end() if after else at, field, found[2] or "", found[4].lstrip('"'))


def usual(place: Place) -> list[tuple[str, str]]:
    """(text, what it is) of what needs no database."""
    if place.field is None:
        written = [(f"{field}:", "field") for field in Field] if place.prefix else []
        return [one for one in written if one[0].startswith(place.prefix.lower())]
    words = list(SOME_DAYS) if place.field in DAYS else []
    words += CHOICES.get(place.field, ())
    if place.compared == ":":
        words += [ME] if place.field in PEOPLE else []
        words += [NONE] if place.field in EMPTIED else []
    elif place.field not in COMPARED:
        return []
    return [(word, "day" if word in NAMED_DAYS else "value") for word in words if word.startswith(place.prefix.lower())]


def names(person_id: UUID, workspace_id: UUID, place: Place) -> Select[str, str] | None:
    """(name, what it is), each once, of what this person sees in the workspace; None for other fields."""
    begun = sort_key(place.prefix)
    if place.field in PEOPLE:
        here = select(Membership.person_id).where(Membership.workspace_id == workspace_id, Membership.role.is_not(None))
        called = func.concat(" ", Person.name_key).contains(f" {begun}", autoescape=True)
        people = select(Person.name, literal("person")).where(Person.id.in_(here), called)
        return people.distinct().order_by(Person.name).limit(MOST)
    if place.field is Field.label:
        labels = only_visible(
            select(Label.name, literal("label")).join(Project, Project.id == Label.project_id), person_id
        )
        mine = labels.where(Project.workspace_id == workspace_id, Label.name_key.startswith(begun, autoescape=True))
        return mine.distinct().order_by(Label.name).limit(MOST)
    if place.field is Field.state:
        return states(person_id, workspace_id, place.prefix)
    if place.field is Field.project:
        keys = only_visible(select(Project.key, Project.name), person_id).where(Project.workspace_id == workspace_id)
        begins = Project.key.istartswith(place.prefix, autoescape=True)
        named = Project.name_key.startswith(begun, autoescape=True)
        return keys.where(begins | named).order_by(Project.key).limit(MOST)
    return None


def states(person_id: UUID, workspace_id: UUID, prefix: str) -> Select[str, str]:
    """Names of states and their categories, each once."""
    seen = only_visible(select(State.name, State.category).join(Project, Project.id == State.project_id), person_id)
    here = seen.where(Project.workspace_id == workspace_id).subquery()
    both = union_all(
        select(here.c.category.label("name"), literal("category").label("what")),
        select(here.c.name, literal("state")),
    ).subquery()
    begins = both.c.name.istartswith(prefix, autoescape=True)
    small = func.lower(both.c.name)  # a state called Done says what the category says
    return (
        select(func.min(both.c.name), func.min(both.c.what)).where(begins).group_by(small).order_by(small).limit(MOST)
    )
