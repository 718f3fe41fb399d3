"""A small SVG writer: elements, text, and the marks that tell series apart without colour."""

import re
from html import escape
from math import cos, pi, sin

# Characters that XML has no way to write.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(text: str) -> str:
    """For a text node or an attribute of HTML or XML."""
    return escape(UNWRITABLE.sub("\ufffd", text))


def element(name: str, content: str = "", **attributes: float | str | None) -> str:
    """One element; `class_` is class, `stroke_width` is stroke-width. The content is markup already."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def plain(value: float | str) -> str:
    """Without the zeros that nobody needs."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def text(content: str, x: float, y: float, class_: str = "", anchor: str = "start") -> str:
    """One line of text; `y` is its baseline."""
    return element("text", safe(content), x=x, y=y, class_=class_ or None, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight one."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def polygon(x: float, y: float, radius: float, corners: int, turn: float) -> str:
    """The points of a regular one."""
    angles = [turn + 2 * pi * corner / corners for corner in range(corners)]
    return " ".join(f"{plain(x + radius * cos(angle))},{plain(y + radius * sin(angle))}" for angle in angles)


# Corners and the direction of the first one; 0 is a circle, and a cross is drawn with strokes.
SHAPES = {
    "blocking": (4, pi / 4),
    "threadpool": (3, pi / 2),
    "fair": (3, -pi / 2),
    "async-psycopg": (4, 0.0),
    "async-asyncpg": (0, 0.0),
    "headway": (5, -pi / 2),
    "headway-shared": (5, pi / 2),
    "floor": (6, 0.0),
}


def mark(key: str, x: float, y: float, *, hollow: bool = False, tip: str = "") -> str:
    """The mark of a stack. Hollow: not everything was answered there."""
    corners, turn = SHAPES.get(key, (0, 0.0))
    title = element("title", safe(tip)) if tip else ""
    class_ = f"mark {'hollow ' if hollow else ''}{paint(key)}"
    if not corners:
        return element("circle", title, cx=x, cy=y, r=4.2, class_=class_)
    return element("polygon", title, points=polygon(x, y, 5.2, corners, turn), class_=class_)


def cross(key: str, x: float, y: float, tip: str) -> str:
    """Where nothing was answered at all."""
    path = f"M{plain(x - 4.5)} {plain(y - 4.5)}l9 9m0 -9l-9 9"
    return element("path", element("title", safe(tip)), d=path, class_=f"cross {paint(key)}")


def paint(key: str) -> str:
    """The CSS class with a stack's colour; stacks that nobody has heard of are grey."""
    return f"k-{key}" if key in SHAPES else "k-other"


def drawing(content: str, width: float, height: float, label: str, class_: str) -> str:
    """A whole picture, with its description for those who do not see it."""
    return element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {plain(width)} {plain(height)}",
        class_=f"plot {class_}",
        role="img",
        aria_label=label,
    )
