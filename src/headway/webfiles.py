"""The built web UI. Pages fall back to index.html; a missing asset or API address is a 404, never a page."""

import asyncio
import mimetypes
from pathlib import Path

from fastapi import APIRouter
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "webui"
INDEX = "index.html"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
NOT_BUILT = "The web UI is not built. In a source checkout: cd web && npm ci && npm run build"

mimetypes.init()  # reads files, which the first request for a page would otherwise wait for

router = APIRouter(include_in_schema=False)


class Assets(StaticFiles):
    """Files whose names carry a hash of what is in them, so a browser may keep them for good."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


assets = Assets(directory=FOLDER / "assets", check_dir=False)


class PagePath(PathConvertor):
    """Any address but the API's and the assets', which are nobody's page whatever the method."""

    regex = r"(?!(?:api|assets)(?:/|$)).*"


register_url_convertor("page", PagePath())


def file_named(name: str) -> Path | None:
    """The web UI's own file of that name, if there is one."""
    try:
        file = FOLDER / name
        return file if name and "/" not in name and "\x00" not in name and file.is_file() else None
    except OSError:  # a name longer than any file's
        return None


@router.api_route("/{path:page}", methods=["GET", "HEAD"])
async def page(path: str) -> Response:
    """A file of the web UI where there is one, else the page that shows whatever the address means."""
    # In a thread: this looks at the disk.
    file = await asyncio.to_thread(file_named, path)
    if file and path != INDEX:
        return FileResponse(file, headers={"cache-control": "no-cache"})
    # A last segment with a dot is a file that is not there; a page's address has none.
    if path != INDEX and "." in path.rpartition("/")[2]:
        raise HTTPException(404)
    index = await asyncio.to_thread(file_named, INDEX)
    if index is None:
        return Response(NOT_BUILT, 503, media_type="text/plain")
    return FileResponse(
        index, headers={"cache-control": "no-cache", "content-security-policy": CONTENT_SECURITY_POLICY}
    )
