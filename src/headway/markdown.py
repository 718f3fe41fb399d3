"""Markdown as safe HTML: what people write in descriptions and comments, rendered once, when it is saved."""

import asyncio
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import Any, cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# What no reader needs and a parser pays for dearly. Beyond it, text is shown as it was typed.
MAX_NESTING = 40  # each list is two, each quote one
MAX_TOKENS = 50_000  # a table of 3,000 rows
MAX_WORK = 12_000_000  # marks times characters, summed over paragraphs: marks are matched pair by pair
MAX_REFERENCE = 300  # characters of `[name]: target`, which each use repeats
MAX_GROWTH = 30  # times as much HTML as text
LONG = 3_000  # characters; the longest there may be can take a second

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer nofollow"

MARKS = re.compile(r"[\[\]()*_~`<&\\:@/]")
BOX = re.compile(r"\[([ xX])\](?=\s)")
LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}")


class BeyondReason(Exception):
    """Nobody wrote this to be read as Markdown."""


def render(markdown: str) -> str:
    """Safe HTML for `markdown`. HTML in it is shown as the text it is; so is what goes beyond reason."""
    try:
        html: str = own_parser().render(markdown)
    except BeyondReason:
        return as_typed(markdown)
    if len(html) > MAX_GROWTH * len(markdown) + 1_000:
        return as_typed(markdown)
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL, attribute_filter=known_languages
    )


async def rendered(markdown: str) -> str:
    """`render`, with the event loop free for others while a long text is worked on."""
    if len(markdown) <= LONG:
        return render(markdown)
    return await asyncio.get_running_loop().run_in_executor(_aside, render, markdown)


def as_typed(text: str) -> str:
    """The text itself, in a box."""
    return f"<pre>{escape(text)}</pre>"


def bounded_inline(state: StateCore) -> None:
    """Parses the insides of paragraphs until the document's share of work is spent; the rest stays text."""
    # At the nesting limit the parser leaves out what lies deeper, which would be a loss nobody sees.
    if len(state.tokens) > MAX_TOKENS or any(token.level >= MAX_NESTING - 1 for token in state.tokens):
        raise BeyondReason
    references = state.env.get("references", {})
    for name in [n for n, r in references.items() if len(r["href"]) + len(r["title"]) > MAX_REFERENCE]:
        del references[name]
    left = MAX_WORK
    for token in state.tokens:
        if token.type != "inline":
            continue
        work = len(token.content) * len(MARKS.findall(token.content))
        if work <= left:
            left -= work
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.type = "text"  # which no later rule looks into


def task_list_boxes(state: StateCore) -> None:
    """`- [x] done` gets a box to look at: ticking it would be a change to the text."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        starts_item = item.type == "list_item_open" and paragraph.type == "paragraph_open"
        first = inline.children[0] if starts_item and inline.children else None
        if first and first.type == "text" and (box := BOX.match(first.content)):
            first.content = ("☐" if box[1] == " " else "☑") + first.content[box.end() :]


def alignment(state: StateCore) -> None:
    """Table cells say `align`: a style attribute would need a hole in the content security policy."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", "")) if token.type in ("th_open", "td_open") else ""
        if style:
            token.attrs["align"] = style.removeprefix("text-align:")


def image_as_link(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture from elsewhere would tell its host who reads this and when, so it is a link to follow."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    words = renderer.renderInlineAsText(token.children or [], options, env) or source
    if sum(t.nesting for t in tokens[:index] if t.tag == "a"):
        return escape(words)  # a picture inside a link is that link's text
    return f'<a href="{escape(source)}">{escape(words)}</a>'


def known_languages(_: str, attribute: str, value: str) -> str | None:
    """A code block's class names its language and nothing else."""
    return value if attribute != "class" or LANGUAGE.fullmatch(value) else None


def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough and plain addresses as links, and with the bounds above."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": MAX_NESTING})
    markdown.enable(["table", "strikethrough", "linkify"])
    # Only with a scheme: "readme.md" and "main.py" are files here, not sites in Moldova and Paraguay.
    assert markdown.linkify is not None
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    markdown.core.ruler.at("inline", bounded_inline)
    markdown.core.ruler.push("task_list_boxes", task_list_boxes)
    markdown.core.ruler.push("alignment", alignment)
    markdown.add_render_rule("image", image_as_link)
    return markdown


def own_parser() -> MarkdownIt:
    """This thread's parser: the part that finds links keeps where it is in itself."""
    if not hasattr(_parsers, "one"):
        _parsers.one = parser()
    return cast(MarkdownIt, _parsers.one)


_parsers = threading.local()
# One long text at a time: more would only share the same processor.
_aside = ThreadPoolExecutor(1, "markdown")
