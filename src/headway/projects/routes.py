"""Projects, their members, states and labels, over HTTP."""

from uuid import UUID

from sqlalchemy import Text, select
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.db import Db, fetch
from headway.merging import Match, with_merged
from headway.projects import commands, label_commands, queries, schemas, state_commands
from headway.projects.models import Label, State
from headway.routing import Router
from headway.workspaces.queries import visible_workspace

router = Router()
NOT_FOUND = ("project.not_found", "There is no such project.")


async def answer_project(db: Db, me: Me, project_id: UUID, status: int = 200) -> Response:
    """The project as it stands in this transaction."""
    await db.flush()
    text, version = await fetch(db, queries.project_answer(me.person_id, project_id), *NOT_FOUND)
    return json_answer(text, status, version)


@router.get(
    "/workspaces/{workspace_id}/projects",
    response_model=schemas.ProjectList,
    responses=refusals(401, 404),
    tags=["projects"],
)
async def list_projects(workspace_id: UUID, db: Db, me: Me) -> Response:
    """The workspace's projects that you may see, by name, and the revision of the workspace that they show."""
    await fetch(db, visible_workspace(me.person_id, workspace_id), "workspace.not_found", "There is no such workspace.")
    return json_answer(str(await db.scalar(queries.project_list(me.person_id, workspace_id))))


@router.post(
    "/workspaces/{workspace_id}/projects",
    status_code=201,
    response_model=schemas.ProjectOut,
    responses=refusals(401, 403, 404, 409),
    tags=["projects"],
)
async def create_project(workspace_id: UUID, new: schemas.NewProject, db: Db, me: Me) -> Response:
    """Makes a project with five states. You become its admin."""
    project = await commands.create_project(db, me, workspace_id, new)
    return await answer_project(db, me, project.id, 201)


@router.get(
    "/projects/{project_id}", response_model=schemas.ProjectOut, responses=refusals(401, 404), tags=["projects"]
)
async def get_project(project_id: UUID, db: Db, me: Me) -> Response:
    """One project."""
    return await answer_project(db, me, project_id)


@router.patch(
    "/projects/{project_id}",
    response_model=schemas.ProjectOut,
    responses=refusals(401, 403, 404, 409, 412, 428),
    tags=["projects"],
)
async def change_project(project_id: UUID, change: schemas.ProjectChange, db: Db, me: Me, match: Match) -> Response:
    """Changes the fields you send. Making it private hides it from everybody but its members and the owners."""
    merged = await commands.change_project(db, me, project_id, change, match)
    return with_merged(await answer_project(db, me, project_id), merged)


@router.delete("/projects/{project_id}", status_code=204, responses=refusals(401, 403, 404), tags=["projects"])
async def delete_project(project_id: UUID, db: Db, me: Me) -> None:
    """Takes the project and everything in it out of sight."""
    await commands.delete_project(db, me, project_id)


@router.post(
    "/projects/{project_id}/restore",
    response_model=schemas.ProjectOut,
    responses=refusals(401, 403, 404),
    tags=["projects"],
)
async def restore_project(project_id: UUID, db: Db, me: Me) -> Response:
    """Brings a deleted project back, with everything that was in it."""
    await commands.restore_project(db, me, project_id)
    return await answer_project(db, me, project_id)


@router.get(
    "/projects/{project_id}/members",
    response_model=list[schemas.ProjectMemberOut],
    responses=refusals(401, 404),
    tags=["projects"],
)
async def list_project_members(project_id: UUID, db: Db, me: Me) -> Response:
    """The people who have a role of their own in the project, besides what the workspace gives them."""
    (text,) = await fetch(db, queries.members_list(me.person_id, project_id), *NOT_FOUND)
    return json_answer(text)


@router.put(
    "/projects/{project_id}/members/{person_id}", status_code=204, responses=refusals(401, 403, 404), tags=["projects"]
)
async def set_project_member(
    project_id: UUID, person_id: UUID, member: schemas.ProjectMemberRole, db: Db, me: Me
) -> None:
    """Gives somebody of the workspace a role in the project; with `only_assigned`, for what is assigned to them."""
    await commands.set_member(db, me, project_id, person_id, member.role, member.only_assigned)


@router.delete(
    "/projects/{project_id}/members/{person_id}", status_code=204, responses=refusals(401, 403, 404), tags=["projects"]
)
async def remove_project_member(project_id: UUID, person_id: UUID, db: Db, me: Me) -> None:
    """Takes somebody's own role in the project away. From a private project that ends their access."""
    await commands.remove_member(db, me, project_id, person_id)


@router.post(
    "/projects/{project_id}/states",
    status_code=201,
    response_model=schemas.StateOut,
    responses=refusals(401, 403, 404, 409),
    tags=["states"],
)
async def create_state(project_id: UUID, new: schemas.NewState, db: Db, me: Me) -> Response:
    """Adds a column to the board, at the end or after another one."""
    return await answer_state(db, await state_commands.create_state(db, me, project_id, new), 201)


@router.patch(
    "/states/{state_id}",
    response_model=schemas.StateOut,
    responses=refusals(401, 403, 404, 409, 412, 428),
    tags=["states"],
)
async def change_state(state_id: UUID, change: schemas.StateChange, db: Db, me: Me, match: Match) -> Response:
    """Renames a state, changes its category, or moves it behind another."""
    await state_commands.change_state(db, me, state_id, change, match)
    return await answer_state(db, state_id)


async def answer_state(db: Db, state_id: UUID, status: int = 200) -> Response:
    """A state that a command has just let us touch."""
    await db.flush()
    statement = select(queries.state_json().cast(Text), State.version).where(State.id == state_id)
    text, version = (await db.execute(statement)).one()
    return json_answer(text, status, version)


@router.post(
    "/projects/{project_id}/labels",
    status_code=201,
    response_model=schemas.LabelOut,
    responses=refusals(401, 403, 404, 409),
    tags=["labels"],
)
async def create_label(project_id: UUID, new: schemas.NewLabel, db: Db, me: Me) -> Response:
    """Adds a label to the project."""
    return await answer_label(db, await label_commands.create_label(db, me, project_id, new), 201)


@router.patch(
    "/labels/{label_id}",
    response_model=schemas.LabelOut,
    responses=refusals(401, 403, 404, 409, 412, 428),
    tags=["labels"],
)
async def change_label(label_id: UUID, change: schemas.LabelChange, db: Db, me: Me, match: Match) -> Response:
    """Renames or recolours a label."""
    await label_commands.change_label(db, me, label_id, change, match)
    return await answer_label(db, label_id)


async def answer_label(db: Db, label_id: UUID, status: int = 200) -> Response:
    """A label that a command has just let us touch."""
    await db.flush()
    statement = select(queries.label_json().cast(Text), Label.version).where(Label.id == label_id)
    text, version = (await db.execute(statement)).one()
    return json_answer(text, status, version)
