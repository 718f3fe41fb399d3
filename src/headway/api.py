"""The one list of routers."""

from fastapi import APIRouter

from headway.comments.routes import router as comments
from headway.live.routes import router as live
from headway.projects.routes import router as projects
from headway.search.routes import router as search
from headway.tasks.routes import router as tasks

ROUTERS: tuple[APIRouter, ...] = (
    projects,
    tasks,
    comments,
    search,
    live,
)
