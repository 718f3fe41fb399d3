"""Many tasks at once, over HTTP."""

from uuid import UUID

from headway.accounts.session import Me
from headway.answers import refusals
from headway.db import Db
from headway.routing import Router
from headway.tasks import bulk, bulk_schemas

router = Router(tags=["tasks"])


@router.post("/projects/{project_id}/tasks/bulk", responses=refusals(400, 401, 403, 404))
async def edit_tasks(project_id: UUID, edit: bulk_schemas.Bulk, db: Db, me: Me) -> bulk_schemas.BulkOut:
    """Changes, moves or deletes up to 1,000 tasks of a project, in one transaction and as one change set.

    Each task has its own result, and none keeps the others from theirs: `changed`, `unchanged`, `conflict` (somebody
    else changed one of these fields since the `version` you named; `conflicts` says which) or `refused` (`code` and
    `detail` say why). Without a `version` the last change wins. `move` and `delete` take no notice of versions; what
    is deleted takes its sub-tasks along. A state, label, person, parent or neighbour that does not belong to the
    project is a 422, and nothing is done.
    """
    return await bulk.edit_tasks(db, me, project_id, edit)
