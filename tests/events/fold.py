"""What a client does with events, in the fewest lines: `{**cached, **after}` by kind, and nothing else."""

from dataclasses import dataclass, field, replace
from typing import Any

Things = dict[str, dict[str, Any]]
# Each noun of a project's events, and the field that names one of its kind.
OF_PROJECTS = {"task": "id", "state": "id", "label": "id", "comment": "id", "member": "person_id"}
ROW_LEAVES_OUT = ("description", "description_html", "checklist")


@dataclass(frozen=True)
class View:
    """What one viewer has on their screens: things by kind and id, the revisions they show, what has to be fetched."""

    things: dict[str, Things]
    revisions: dict[str, int]
    stale: frozenset[str] = field(default_factory=frozenset)


def fold(view: View, event: dict[str, Any], me: str) -> View:
    """The view after one event."""
    topic, noun = event["topic"], event["kind"].partition(".")[0]
    assert event["revision"] == view.revisions[topic] + 1, "revisions of a topic have no gaps"
    view = replace(view, revisions={**view.revisions, topic: event["revision"]})
    if event["kind"] == "reload":
        return replace(view, stale=view.stale | {topic})
    if topic == f"person:{me}":
        # What I may see has changed: my lists are fetched again.
        return replace(view, stale=view.stale | {"lists"}) if event["kind"] == "access.changed" else view
    if topic.startswith("project:"):
        return fold_project(view, event, noun)
    return fold_workspace(view, event, noun)


def fold_project(view: View, event: dict[str, Any], noun: str) -> View:
    if noun == "project":
        return changed(view, "board", event)
    return changed(view, f"{noun}s", event, lacks=ROW_LEAVES_OUT if noun == "task" else ())


def fold_workspace(view: View, event: dict[str, Any], noun: str) -> View:
    if noun == "project":
        new = event["before"] is None and event["id"] not in view.things["projects"]
        # What I may do in it is not in the event, which is the same for everybody: a new project is asked for.
        return replace(view, stale=view.stale | {"lists"}) if new else changed(view, "projects", event)
    if noun == "workspace":
        return changed(view, "workspaces", event)
    if noun == "invitation":
        return changed(view, "invitations", event) if "invitations" in view.things else view
    name = {field: value for field, value in (event["after"] or {}).items() if field in ("name", "placeholder")}
    person = view.things["people"].get(event["id"], {"person_id": event["id"]})
    active = {} if noun == "person" else {"active": event["after"] is not None}
    people = {**view.things["people"], event["id"]: {**person, **name, **active}}
    view = with_things(view, "people", people)
    return changed(view, "workspace members", event)


def changed(view: View, kind: str, event: dict[str, Any], lacks: tuple[str, ...] = ()) -> View:
    """The view with one thing made, changed or gone."""
    things = dict(view.things[kind])
    if event["kind"].endswith(".purged"):
        # Ended for good: whoever saw it go knows; whoever did not finds nothing else said of it.
        things.pop(event["id"], None)
        return with_things(view, kind, things)
    if event["after"] is None:
        assert things.pop(event["id"]), "only what was there goes away"
        return with_things(view, kind, things)
    cached = things.get(event["id"])
    assert cached is not None or event["before"] is None, "only what was there changes"
    after = {name: value for name, value in event["after"].items() if name not in lacks}
    if cached is not None and event["before"] is not None:
        before = {name: value for name, value in event["before"].items() if name not in lacks}
        assert before == {name: cached[name] for name in before}, "before is what everybody saw"
    return with_things(view, kind, {**things, event["id"]: {**(cached or {}), **after}})


def with_things(view: View, kind: str, things: Things) -> View:
    return replace(view, things={**view.things, kind: things})
