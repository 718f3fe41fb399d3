"""Where somebody goes after signing in: a page of this server's, whatever a link asks for."""

from urllib.parse import unquote

HOME = "/"
LONGEST = 2_000


def safe_target(asked: str | None) -> str:
    """`asked` if it is a path on this server, else the first page.

    Browsers drop tabs and line ends and take `\\` for `/`, and proxies decode before they look; so what could be taken
    for another server's address after any of that is not gone to either. What follows # is left out: it may be a link's
    secret, and this is written down for a while.
    """
    if not asked or len(asked) > LONGEST or not asked.isprintable() or "\\" in asked:
        return HOME
    asked = asked.partition("#")[0]
    path = asked.partition("?")[0]
    for _ in range(4):
        if not path.startswith("/") or "//" in path or "\\" in path or not path.isprintable():
            return HOME
        try:
            path, before = unquote(path, errors="strict"), path
        except UnicodeDecodeError:
            return HOME
        if path == before:
            return asked
    return HOME  # encoded again and again: nobody means well
