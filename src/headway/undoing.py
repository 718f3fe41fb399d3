"""Taking back what a change set did: the shape in which each kind of thing says how, and the rules they share.

Nothing here knows tasks or labels. `history/undo.py` runs the steps in order; each domain's `undoing.py` says what its
own kinds need.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from headway.errors import Problem

Fields = dict[str, Any]
What = Literal["restored", "deleted", "changed"]
GONE = "Deleted for good; there is nothing left to bring back."
IN_TRASH = "It is in the trash. Restore it first."
NOT_THERE = "It is not there any more."


@dataclass(frozen=True, slots=True)
class Did:
    """What a change set did to one thing, all in all: it may have touched it more than once.

    `before` and `after` hold what changed. Where it made the thing, `after` is all of it; where it deleted it, both are
    whole, and differ in what it had changed before that.
    """

    noun: str
    id: UUID
    was_there: bool
    is_there: bool
    before: Fields
    after: Fields
    revision: int
    purged: bool = False


def all_in_all(happened: Iterable[Any]) -> dict[UUID, Did]:
    """What happened to each thing, from rows (kind, entity_id, before, after, revision) in order."""
    done: dict[UUID, Did] = {}
    for row in happened:
        noun, _, verb = row.kind.partition(".")
        before, after = row.before or {}, row.after or {}
        there = row.after is not None
        last = done.get(row.entity_id)
        was_there = last.was_there if last else row.before is not None
        first = last.before if last else before
        if last and last.was_there and last.is_there:
            first = {**before, **first}
        # A deletion is told with all that was there: what it was last.
        result = {**(last.after if last else {}), **after} if there else before
        done[row.entity_id] = Did(
            noun, row.entity_id, was_there, there, first, result, row.revision, purged=verb == "purged"
        )
    return done


@dataclass(slots=True)
class Now:
    """A thing as it is. `hidden`: it is there, but what it hangs on is in the trash."""

    data: Fields
    deleted: bool = False
    hidden: bool = False
    human_id: str | None = None
    title: str | None = None

    @property
    def there(self) -> bool:
        """Whether people see it."""
        return not (self.deleted or self.hidden)


@dataclass(slots=True)
class Clash:
    """What does not go back, since somebody changed it: `about` is what they changed, if not the thing itself."""

    field: str | None
    wanted: Any = None
    current: Any = None
    detail: str | None = None
    about: UUID | None = None


@dataclass(slots=True)
class Step:
    """What undoing does about one thing."""

    did: Did
    now: Now | None
    what: What | None = None
    fields: Fields = field(default_factory=dict)
    add: dict[str, set[str]] = field(default_factory=dict)
    take: dict[str, set[str]] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: Problem | None = None
    # By how many tasks something that is about to go is used, and by how many in the trash.
    used: int = 0
    used_in_trash: int = 0

    @property
    def id(self) -> UUID:
        return self.did.id

    @property
    def data(self) -> Fields:
        """The thing as it is, or as it was last known."""
        return self.now.data if self.now else {**self.did.after, **self.did.before}

    def stays(self, detail: str, about: UUID | None = None) -> None:
        """Leaves all of the thing as it is, as a conflict."""
        self.clashes.append(Clash(None, detail=detail, about=about))
        self.do_nothing()

    def do_nothing(self) -> None:
        """Leaves all of the thing as it is."""
        self.what = None
        self.fields, self.add, self.take = {}, {}, {}

    def keeps(self, name: str, detail: str) -> None:
        """Leaves one field as it is, as a conflict."""
        current = self.now.data.get(name) if self.now else None
        self.clashes.append(Clash(name, self.fields.pop(name), current, detail))
        self.settle()

    def settle(self) -> None:
        """Has nothing to do once every field is where it was."""
        if self.what == "changed" and not (self.fields or any(self.add.values()) or any(self.take.values())):
            self.what = None

    def touched(self) -> list[str]:
        """The fields that go back."""
        sets = {name for name in self.add.keys() | self.take.keys() if self.add.get(name) or self.take.get(name)}
        return sorted(self.fields.keys() | sets)


@dataclass(frozen=True, slots=True)
class Rules:
    """Which fields of a kind of thing go back by value and which by element; whether what is deleted is really gone."""

    fields: frozenset[str]
    sets: frozenset[str] = frozenset()
    gone_when_deleted: bool = False


def plan(did: Did, now: Now | None, rules: Rules) -> Step:
    """What would take back what was done to one thing, as it is now. Pure; each kind then checks what else it needs."""
    step = Step(did, now)
    if did.purged:
        step.left.append(GONE)
    elif did.is_there and not did.was_there:
        plan_removal(step, rules)
    elif did.was_there:
        plan_fields(step, rules)
        if not did.is_there:
            plan_return(step, rules)
        elif step.what and now is None:
            step.do_nothing()
            step.left.append(GONE)
        elif step.what and now and not now.there:
            step.stays(IN_TRASH)
    return step


def plan_removal(step: Step, rules: Rules) -> None:
    """What was made goes, unless it is not what was made any more."""
    made, now = step.did.after, step.now
    if now is None or not now.there:
        return
    known = sorted((rules.fields | rules.sets) & made.keys())
    touched = [name for name in known if not same(made[name], now.data.get(name), name in rules.sets)]
    if touched:
        names = " and ".join(name.removesuffix("_id").removesuffix("_ids").replace("_", " ") for name in touched)
        step.stays(f"Changed since: {names}.")
    else:
        step.what = "deleted"


def plan_return(step: Step, rules: Rules) -> None:
    """What was deleted comes back, as it was when the change set began."""
    if step.now and not step.now.deleted:
        return
    if step.now:
        step.what = "restored"
    elif rules.gone_when_deleted:
        step.what, step.fields = "restored", dict(step.did.before)
    else:
        step.do_nothing()
        step.left.append(GONE)


def plan_fields(step: Step, rules: Rules) -> None:
    """Each field goes back where it is still what the change set made it; sets go back element by element."""
    did, now = step.did, step.now
    for name in sorted(did.before.keys() & did.after.keys() & (rules.fields | rules.sets)):
        before, after = did.before[name], did.after[name]
        current = now.data.get(name) if now else after
        if same(before, after, name in rules.sets):
            continue
        if name in rules.sets:
            step.add[name] = (set(before) - set(after)) - set(current or ())
            step.take[name] = (set(after) - set(before)) & set(current or ())
        elif current == after:
            step.fields[name] = before
        elif current != before:
            step.clashes.append(Clash(name, before, current))
    if step.touched():
        step.what = "changed"


def same(one: Any, other: Any, as_sets: bool) -> bool:
    """Whether two values of a field say the same."""
    return set(one or ()) == set(other or ()) if as_sets else bool(one == other)


@dataclass
class Undo:
    """One project's part of an undo while it runs: who asks, what they are there, and the step for each thing."""

    person_id: UUID
    role: str
    project_id: UUID
    preview: bool
    change_set_id: UUID
    revision: int
    steps: dict[str, dict[UUID, Step]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def doing(self, noun: str, *what: What) -> list[Step]:
        """The steps on one kind of thing that will do something, or just these somethings."""
        return [s for s in self.steps.get(noun, {}).values() if s.what and (not what or s.what in what)]

    def step(self, noun: str, entity_id: Any) -> Step | None:
        """The step on one thing, if the change set touched it."""
        return self.steps.get(noun, {}).get(entity_id if isinstance(entity_id, UUID) else UUID(entity_id))

    def goes(self, noun: str, entity_id: Any) -> bool:
        """Whether a thing is about to be deleted."""
        step = self.step(noun, entity_id)
        return step is not None and step.what == "deleted"

    def comes(self, noun: str, entity_id: Any) -> bool:
        """Whether a thing is about to come back."""
        step = self.step(noun, entity_id)
        return step is not None and step.what == "restored"


Check = Callable[[AsyncSession, Undo], Awaitable[None]]
Apply = Callable[[AsyncSession, Undo], Awaitable[None]]


async def no_check(db: AsyncSession, undo: Undo) -> None:
    """There is nothing to look at."""


@dataclass(frozen=True)
class Kind:
    """How one kind of thing goes back.

    Args:
        look: the things as they are, by id, locked unless it is only a preview.
        refusal: why this person may not do a step by hand; None where they may.
        check_return: takes out of the steps what cannot come back or be set as things are now.
        check_removal: and what cannot go.
        bring_back, change, remove: write the steps of each sort, and record what happened.
        go_along: has things go with what they hang on, once it is known what goes.
        texts: fields that are shown as HTML.
    """

    noun: str
    rules: Rules
    look: Callable[[AsyncSession, Undo, list[UUID]], Awaitable[Mapping[UUID, Now]]]
    refusal: Callable[[Undo, Step], Problem | None]
    check_return: Check
    check_removal: Check
    bring_back: Apply
    change: Apply
    remove: Apply
    title: Callable[[Fields], str | None]
    texts: frozenset[str] = frozenset()
    go_along: Check = no_check
