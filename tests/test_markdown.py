import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.markdown import TAGS, render

WRITTEN = [
    ("**bold** and *it* and ~~gone~~", "<p><strong>bold</strong> and <em>it</em> and <s>gone</s></p>\n"),
    ("- [ ] open\n- [x] shut", "<ul>\n<li>☐ open</li>\n<li>☑ shut</li>\n</ul>\n"),
    ("- [x](https://a.example)", '<ul>\n<li><a href="https://a.example" rel="noopener noreferrer nofollow">x</a>'),
    (
        "```python\nif a < b:\n    pass\n```",
        '<pre><code class="language-python">if a &lt; b:\n    pass\n</code></pre>\n',
    ),
    ("|a|b|\n|:-|-:|\n|1|2|", '<th align="left">a</th>\n<th align="right">b</th>'),
    (
        "see https://a.example/x.",
        '<a href="https://a.example/x" rel="noopener noreferrer nofollow">https://a.example/x</a>.',
    ),
    ("look at readme.md and main.py", "<p>look at readme.md and main.py</p>\n"),
    ("3. third", '<ol start="3">\n<li>third</li>'),
    ("", ""),
]

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVa\tScript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    '<https://a.example/" onclick=alert(1)>',
    '![x" onerror="alert(1)](https://a.example/x.png)',
    "![x](javascript:alert(1))",
    '```"><script>alert(1)</script>\nx\n```',
    "```x style=color:red\nx\n```",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "[a]\n\n[a]: javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
]

COSTLY = {
    "brackets": "[" * 100_000,
    "images": "![" * 50_000,
    "paragraphs of brackets": ("[" * 4_000 + "\n\n") * 24,
    "links": "[a](" * 25_000,
    "addresses": "http://a.co/(" * 7_700,
    "bare addresses": "http://" * 14_000,
    "stars": "*a" * 50_000,
    "strikes": "~~a" * 33_000,
    "backticks": "".join("`" * n + " " for n in range(440)),
    "quotes": ">" * 100_000,
    "a deep list": "- " * 5_000 + "x",
    "a list that grows": "\n".join("  " * n + "- x" for n in range(440)),
    "a wide table": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + ("|x" * 5_000 + "\n") * 8,
    "a long table": "a|b\n-|-\n" + "x|y\n" * 24_000,
    "a table to be filled up": "|a" * 200 + "\n" + "|-" * 200 + "\n" + "x\n" * 40_000,
    "one reference, used often": "[a]: " + "b" * 5_000 + "\n\n" + "[a]" * 30_000,
    "references": "\n".join(f"[a{n}]: b" for n in range(7_000)),
    "empty items": "-\n" * 50_000,
}


def tags_of(html: str) -> list[tuple[str, dict[str, str]]]:
    tags: list[tuple[str, dict[str, str]]] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append((tag, {k: v or "" for k, v in attributes}))  # type: ignore[method-assign, assignment]
    reader.feed(html)
    reader.close()
    return tags


@pytest.mark.parametrize(("markdown", "html"), WRITTEN, ids=[w[0][:20] for w in WRITTEN])
def test_markdown_is_rendered(markdown: str, html: str) -> None:
    assert html in render(markdown)


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_that_runs_comes_through(markdown: str) -> None:
    for tag, attributes in tags_of(render(markdown)):
        assert tag in TAGS
        assert attributes.keys() <= {"href", "title", "rel", "class", "start", "align"}
        assert re.match(r"https?:|$", attributes.get("href", ""))


def test_a_picture_is_a_link_so_that_its_host_learns_nothing() -> None:
    link = '<a href="https://a.example/x.png?a=1&amp;b" rel="noopener noreferrer nofollow">a cat</a>'
    assert render("![a cat](https://a.example/x.png?a=1&b)") == f"<p>{link}</p>\n"
    assert render("[![a cat](https://a.example/x.png)](https://b.example)").count("<a ") == 1


def test_a_text_nested_beyond_reason_is_shown_as_typed_with_nothing_left_out() -> None:
    assert render("> " * 200 + "the <end>") == "<pre>" + "&gt; " * 200 + "the &lt;end&gt;</pre>"
    assert "the end" in render("> " * 30 + "the end")


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_text_is_rendered_in_bounded_time_and_space(name: str) -> None:
    started = time.perf_counter()
    html = render(COSTLY[name])
    assert time.perf_counter() - started < 5  # under one second on an idle laptop
    assert len(html) < 40 * len(COSTLY[name])


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n\t[]()!*_~`<>#-+1.|:\\&\"'/x\u00e9"), max_size=200))
def test_whatever_is_typed_gives_known_tags_only(markdown: str) -> None:
    assert {tag for tag, _ in tags_of(render(markdown))} <= TAGS
