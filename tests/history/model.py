"""What undo should do, said a second time and in another way: from what was seen before and after each change.

It knows nothing of events. A change is what differs between two looks at everything; taking it back is worked out from
those looks and from a look at how things are now.
"""

from dataclasses import dataclass, field
from typing import Any

# (noun, id) -> its fields and `there`: not in the trash. States and labels that are gone are not in it.
Look = dict[tuple[str, str], dict[str, Any]]
Thing = tuple[str, str]

SCALARS = {
    "task": ("title", "description", "state_id", "priority", "rank", "parent_id", "due_on"),
    "comment": ("body",),
    "label": ("name", "color"),
    "state": ("name", "category", "rank"),
    "project": ("name", "description"),
}
SETS = {"task": ("label_ids", "assignee_ids")}
ANYTHING = object()


@dataclass
class Did:
    """One change set as it was seen: each thing before and after; None where it was not there."""

    id: str
    number: int
    things: dict[Thing, tuple[dict[str, Any] | None, dict[str, Any] | None]]


def seen(change_id: str, number: int, before: Look, after: Look) -> Did:
    """What a change did, by looking. What happens to things in the trash, nobody sees."""

    def there(look: Look, thing: Thing) -> dict[str, Any] | None:
        picture = look.get(thing)
        return picture if picture and picture["there"] else None

    pairs = {thing: (there(before, thing), there(after, thing)) for thing in before.keys() | after.keys()}
    return Did(change_id, number, {thing: pair for thing, pair in pairs.items() if pair[0] != pair[1]})


@dataclass
class Asker:
    """Who takes it back."""

    id: str
    role: str


@dataclass
class Expected:
    """What should come of an undo."""

    look: Look
    undone: set[Thing] = field(default_factory=set)
    conflicts: set[tuple[str, str, str | None]] = field(default_factory=set)
    refused: set[Thing] = field(default_factory=set)


class Prediction:
    """One undo, worked out step by step."""

    def __init__(self, now: Look, did: Did, since: list[Did], asker: Asker) -> None:
        self.now, self.did, self.since, self.asker = now, did, since, asker
        self.sets: dict[Thing, dict[str, Any]] = {}
        self.back: set[Thing] = set()
        self.away: set[Thing] = set()
        self.conflicts: set[tuple[str, str, str | None]] = set()
        self.refused: set[Thing] = set()

    def expected(self) -> Expected:
        for thing, (before, after) in self.did.things.items():
            if self.may(thing, before, after):
                self.plan(thing, before, after)
            else:
                self.refused.add(thing)
        self.check_what_comes_back()
        self.check_what_goes()
        return Expected(self.result(), self.undone(), self.conflicts, self.refused)

    def may(self, thing: Thing, before: Any, after: Any) -> bool:
        noun, manages = thing[0], self.asker.role == "admin"
        if noun in ("state", "project"):
            return manages
        if noun in ("task", "label"):
            return self.asker.role in ("admin", "member")
        mine = (before or after)["author_id"] == self.asker.id and self.asker.role != "viewer"
        return mine if before and after else mine or manages

    def is_there(self, thing: Thing) -> bool:
        picture = self.now.get(thing)
        return bool(picture and picture["there"] and not self.hidden(thing))

    def hidden(self, thing: Thing) -> bool:
        picture = self.now.get(thing)
        return bool(thing[0] == "comment" and picture and not self.now["task", picture["task_id"]]["there"])

    def plan(self, thing: Thing, before: Any, after: Any) -> None:
        noun, now = thing[0], self.now.get(thing)
        if before is None:
            if self.is_there(thing):
                assert now
                names = SCALARS[noun] + SETS.get(noun, ())
                same = all(now[name] == after[name] for name in names)
                (self.away.add(thing) if same else self.clash(thing))
        elif after is None:
            if now is None or not now["there"]:
                self.back.add(thing)
        else:
            self.plan_fields(thing, before, after)

    def plan_fields(self, thing: Thing, before: Any, after: Any) -> None:
        noun, now = thing[0], self.now.get(thing)
        fields: dict[str, Any] = {}
        for name in SCALARS[noun]:
            if before[name] != after[name]:
                current = now[name] if now else after[name]
                if current == after[name]:
                    fields[name] = before[name]
                elif current != before[name]:
                    self.clash(thing, name)
        for name in SETS.get(noun, ()):
            assert now
            had, got, has = set(before[name]), set(after[name]), set(now[name])
            if (had - got) - has or (got - had) & has:
                fields[name] = (has - (got - had)) | (had - got)
        if fields and not now:
            return  # a state or label that is gone for good: left
        if fields and not self.is_there(thing):
            self.clash(thing)
        elif fields:
            self.sets[thing] = fields

    def clash(self, thing: Thing, name: str | None = None) -> None:
        self.conflicts.add((*thing, name))

    def check_what_comes_back(self) -> None:
        states = {one for noun, one in self.now.keys() | self.back if noun == "state"}
        labels = {one for noun, one in self.now.keys() | self.back if noun == "label"}
        for thing, fields in list(self.sets.items()):
            if fields.get("state_id", ANYTHING) not in states | {ANYTHING}:
                self.give_up(thing, "state_id")
            if "label_ids" in fields:
                current = set(self.now[thing]["label_ids"])
                fields["label_ids"] = {one for one in fields["label_ids"] if one in labels or one in current}
                if fields["label_ids"] == current:
                    del fields["label_ids"]
        self.check_parents()
        for thing in [one for one in self.back if one[0] == "comment"]:
            task = ("task", self.now[thing]["task_id"])
            if not self.now[task]["there"] and task not in self.back:
                self.back.discard(thing)
                self.clash(thing)
        self.sets = {thing: fields for thing, fields in self.sets.items() if fields}

    def give_up(self, thing: Thing, name: str) -> None:
        del self.sets[thing][name]
        self.clash(thing, name)

    def check_parents(self) -> None:
        parents = {one: p["parent_id"] for (noun, one), p in self.now.items() if noun == "task"}
        # In the order in which the change set told of them; only a bulk edit sets several at once, to one parent.
        for thing in list(self.sets):
            parent = self.sets[thing].get("parent_id")
            if parent is None:
                continue
            above: str | None = parent
            line: set[str] = set()
            while above and above not in line:
                line.add(above)
                above = parents.get(above)
            there = self.now[("task", parent)]["there"] or ("task", parent) in self.back
            if not there or ("task", parent) in self.away or thing[1] in line:
                self.give_up(thing, "parent_id")
            else:
                parents[thing[1]] = parent

    def check_what_goes(self) -> None:
        for thing in [one for one in self.away if one[0] == "task"]:
            if any(self.said_since(one) for one in self.comments_of(thing)):
                self.stay(thing)
        staying = True
        while staying:
            staying = False
            for thing in [one for one in self.away if one[0] == "task"]:
                if any(child not in self.away for child in self.children_of(thing)):
                    self.stay(thing)
                    staying = True
        for noun, name in (("state", "state_id"), ("label", "label_ids")):
            for thing in [one for one in self.away if one[0] == noun]:
                users = [one for one in self.now if one[0] == "task" and self.uses(one, name, thing[1])]
                if any(self.stays_in_sight(one) for one in users):
                    self.stay(thing)
                elif users:
                    self.away.discard(thing)

    def stay(self, thing: Thing) -> None:
        self.away.discard(thing)
        self.clash(thing)

    def comments_of(self, task: Thing) -> list[Thing]:
        return [one for one, p in self.now.items() if one[0] == "comment" and p["task_id"] == task[1] and p["there"]]

    def said_since(self, comment: Thing) -> bool:
        return any(comment in did.things for did in self.since)

    def children_of(self, task: Thing) -> list[Thing]:
        return [
            one
            for one, p in self.now.items()
            if one[0] == "task"
            and p["there"]
            and p["parent_id"] == task[1]
            and "parent_id" not in self.sets.get(one, {})
        ]

    def uses(self, task: Thing, name: str, one: str) -> bool:
        value: Any = self.sets.get(task, {}).get(name, self.now[task][name])
        return bool(one == value if name == "state_id" else one in value)

    def stays_in_sight(self, task: Thing) -> bool:
        return task not in self.away and (bool(self.now[task]["there"]) or task in self.back)

    def undone(self) -> set[Thing]:
        return self.away | self.back | self.sets.keys()

    def result(self) -> Look:
        """Everything, once it is done."""
        look: Look = {thing: dict(picture) for thing, picture in self.now.items()}
        for thing in self.away:
            if thing[0] in ("state", "label"):
                del look[thing]
            else:
                look[thing]["there"] = False
        for thing in self.back:
            before = self.did.things[thing][0]
            assert before
            look[thing] = {**(look.get(thing) or before), "there": True}
        for thing, fields in self.sets.items():
            look[thing] |= {n: sorted(v) if n in SETS.get(thing[0], ()) else v for n, v in fields.items()}
            if "state_id" in fields:
                look[thing]["completed_at"] = self.completed(thing, look)
        for thing in self.back:
            parent = look[thing].get("parent_id")
            if thing[0] == "task" and parent and not look["task", parent]["there"]:
                look[thing]["parent_id"] = None
        self.places(look)
        return look

    def completed(self, thing: Thing, look: Look) -> Any:
        closed = look["state", look[thing]["state_id"]]["category"] in ("done", "cancelled")
        before, after = self.did.things[thing]
        assert before and after
        was = before if before["completed_at"] != after["completed_at"] else self.now[thing]
        return (was["completed_at"] or ANYTHING) if closed else None

    def places(self, look: Look) -> None:
        """A place that another has now may be had right behind it."""
        for noun in ("task", "state"):
            wanted = [one for one in self.back | self.sets.keys() if one[0] == noun]
            wanted = [one for one in wanted if (one in self.sets and "rank" in self.sets[one]) or noun == "state"]
            for thing in wanted:
                others = [p["rank"] for one, p in look.items() if one[0] == noun and one != thing]
                if look[thing]["rank"] in others:
                    look[thing]["rank"] = ANYTHING


def differences(expected: Look, actual: Look) -> list[Any]:
    """(thing, field, expected, actual) of what is not as it should be."""
    wrong: list[Any] = [(thing, "is missing") for thing in expected.keys() - actual.keys()]
    wrong += [(thing, "should be gone") for thing in actual.keys() - expected.keys()]
    for thing in expected.keys() & actual.keys():
        for name, value in expected[thing].items():
            if value is not ANYTHING and actual[thing][name] != value:
                wrong.append((thing, name, value, actual[thing][name]))
    return wrong
