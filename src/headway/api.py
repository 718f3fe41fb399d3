"""The one list of routers."""

from fastapi import APIRouter

from headway.comments.routes import router as comments
from headway.projects.routes import router as projects
from headway.tasks.routes import router as tasks

ROUTERS: tuple[APIRouter, ...] = (
    projects,
    tasks,
    comments,
)
