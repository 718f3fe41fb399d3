"""The built web UI. Pages fall back to index.html; a missing asset or API address is a 404, never a page."""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "webui"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
NOT_BUILT = "The web UI is not built. In a source checkout: cd web && npm ci && npm run build"

router = APIRouter(include_in_schema=False)


class Assets(StaticFiles):
    """Files whose names carry a hash of what is in them, so a browser may keep them for good."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


assets = Assets(directory=FOLDER / "assets", check_dir=False)


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
async def page(path: str, request: Request) -> Response:
    """A file of the web UI where there is one, else the page that shows whatever the address means."""
    if path.startswith(("api/", "assets/")) or path == "api":
        raise HTTPException(404)
    file = FOLDER / path
    if path and "/" not in path and "\x00" not in path and file.is_file():
        return FileResponse(file, headers={"cache-control": "no-cache"})
    # A last segment with a dot is a file that is not there; a page's address has none.
    if "." in path.rpartition("/")[2]:
        raise HTTPException(404)
    index = FOLDER / "index.html"
    if not index.is_file():
        return Response(NOT_BUILT, 503, media_type="text/plain")
    return FileResponse(
        index, headers={"cache-control": "no-cache", "content-security-policy": CONTENT_SECURITY_POLICY}
    )
