"""A report says all that its result does, whole or not, and needs nothing from elsewhere."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from headway.lab import report
from headway.lab.claims.table import score_all
from headway.lab.claims.words import NAMES
from headway.lab.plan import CALLED
from headway.lab.report.lines import spread_out
from headway.lab.report.look import COLOURS, ON_BOTH
from headway.lab.report.markdown import escaped
from headway.lab.report.scales import linear, logarithmic
from headway.lab.report.svg import SHAPES
from headway.lab.report.words import LABELS
from headway.lab.stacks.table import STACKS
from headway.runs.schemas import Result
from tests.lab.results import a_run, result

TITLES = {key: stack.title for key, stack in STACKS.items()}
VOID = {"meta", "br", "col", "link", "img", "hr"}


class Page(HTMLParser):
    """What a browser would read: its words, its addresses, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\N{NO-BREAK SPACE}", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self._attributes(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._attributes(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "srcset", "data", "action", "xlink:href"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on")


@pytest.fixture(scope="module")
def whole() -> Result:
    return result()


def plain(markdown: str) -> str:
    """Markdown without its escapes."""
    return re.sub(r"\\(.)", r"\1", markdown).replace("&lt;", "<").replace("&gt;", ">")


def test_page_needs_no_script_and_nothing_from_elsewhere(whole: Result) -> None:
    html = report.html_text(whole)
    page = Page(html)
    assert "script" not in page.tags
    assert page.addresses
    assert all(address.startswith("#") and address[1:] in page.ids for address in page.addresses)
    assert len(page.ids) == len(set(page.ids))
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src &#x27;none&#x27;" in html


def test_page_and_markdown_say_each_claim_with_all_it_has(whole: Result) -> None:
    page = Page(report.html_text(whole)).text
    markdown = plain(report.markdown_text(whole))
    for claim in whole.claims:
        for words in (claim.claim, claim.claimed, claim.why, claim.conditions, claim.spread, claim.only_if or ""):
            assert " ".join(words.split()) in page
            assert " ".join(words.split()) in markdown
        assert claim.measured in markdown
        # The page has a line for each part.
        assert all(part in page for part in claim.measured.split("; "))


def test_figures_machine_versions_and_limits_are_told(whole: Result) -> None:
    page, markdown = Page(report.html_text(whole)).text, plain(report.markdown_text(whole))
    for words in (
        "Made-up Processor 3000", "8.2 GB", "Linux 6.1", "0.21", "3.11.9", whole.command, whole.id, "5 min 12 s",
        "200,000", *whole.does_not_show, "17,912", "sign-in by token", "255 of 300",
        "Repeat 2: floor: no ORM; Headway, coalesced; Headway;",
    ):  # fmt: skip
        assert words in page
        assert words in markdown
    for verdict in ("holds", "holds only if", "does not hold"):
        assert f"{sum(one.verdict == verdict for one in whole.claims)}" in page


def test_unanswered_requests_do_not_make_a_server_look_quick(whole: Result) -> None:
    """15 of 100 were answered after 71 ms; with the others at the 8 s limit the mean is above 6.8 s."""
    html = report.html_text(whole)
    assert "sync, defaults, 100: 6.81 s" in html
    assert "sync, defaults, 100: 71 ms" not in html
    assert "sync, defaults, 200: nothing was answered within 8.00 s" in html


def test_files_beside_the_page(whole: Result, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "lab"
    report.write(whole, folder)
    assert Result.model_validate_json((folder / "result.json").read_text()) == whole
    shown = set(re.findall(r"!\[.*?\]\((.+?)\)", (folder / "report.md").read_text()))
    plots = {path.name for path in folder.glob("*.svg")}
    assert shown == plots
    assert len(plots) == 6
    for name in plots:
        root = ET.fromstring((folder / name).read_text())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        words = "".join(root.itertext())
        # Every stack has its name in words, not in colour only.
        stacks = [
            stack
            for stack in NAMES
            if (name != "link.svg" or stack != "threadpool") and (name == "one-call.svg" or stack not in CALLED)
        ]
        assert all(LABELS[stack] in words for stack in stacks)


def test_every_stack_looks_and_is_called_as_no_other() -> None:
    for what in (LABELS, COLOURS, ON_BOTH, SHAPES, TITLES):
        assert set(NAMES) <= set(what)
        assert len({what[stack] for stack in NAMES}) == len(NAMES)


def test_coalesced_reads_are_a_line_of_their_own_and_said_to_be_another_thing(whole: Result) -> None:
    page, markdown = report.html_text(whole), plain(report.markdown_text(whole))
    for words in ("callers who ask at the same time share a statement", "It is not one call for each request"):
        assert words in Page(page).text
        assert words in markdown
    drawing = page[page.index('id="one-call"') : page.index('id="link"')]
    assert 'class="line k-headway-shared"' in drawing and "Headway, coalesced: 1 users" in drawing
    assert page.count(".k-headway-shared{color:") == 2  # light and dark
    assert "k-headway-shared" not in page[page.index('id="link"') :]


def test_a_run_from_before_coalesced_reads_does_not_speak_of_them() -> None:
    kept = Path(__file__).parents[2] / "docs" / "lab" / "result.json"
    older = Result.model_validate_json(kept.read_bytes())
    older.runs = [run for run in older.runs if run.stack != "headway-shared"]
    older.agreement = [one for one in older.agreement if one.stack != "headway-shared"]
    page = Page(report.html_text(older)).text
    assert "A database call of 50 ms" in page
    assert "share a statement" not in page
    assert LABELS["headway-shared"] not in page


def test_plots_of_an_older_report_do_not_stay(whole: Result, tmp_path: Path) -> None:
    report.write(whole, tmp_path)
    report.write(result(runs=[], claims=[]), tmp_path)
    assert not list(tmp_path.glob("*.svg"))


def test_text_is_text_and_never_markup(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> | ~8~ *x* `y` ]]> & \x07"
    claim = result().claims[0].model_copy(update={"claim": evil, "measured": evil, "why": evil, "only_if": evil})
    runs = [a_run(evil, "one-call", users, 50.0) for users in (1, 10)]
    told = result(
        claims=[claim], runs=runs, warnings=[evil], command=evil, problem=evil, ended="failed",
        versions={evil: evil}, settings={evil: evil}, does_not_show=[evil],
    )  # fmt: skip
    html, markdown = report.html_text(told), report.markdown_text(told)
    assert "<script" not in html
    assert Page(html).text.count("<script>alert(1)</script> | ~8~ *x* `y` ]]> &") >= 8
    # In a code block a backslash would be shown, and nothing is markup there.
    assert "<script" not in "\n".join(line for line in markdown.splitlines() if not line.startswith("    "))
    assert r"\~8\~ \*x\* \`y\`" in markdown
    report.write(told, tmp_path)
    ET.fromstring((tmp_path / "one-call.svg").read_text())


@pytest.mark.parametrize(
    ("ended", "words"),
    [("interrupted", "This run was interrupted."), ("failed", "This run failed.")],
)
def test_a_partial_run_says_so_first(ended: str, words: str) -> None:
    part = result(stacks=("blocking", "async-asyncpg"), ended=ended, problem="The server of fair ended: boom")
    page = Page(report.html_text(part)).text
    assert words in page
    assert page.index(words) < page.index("The guide's claims")
    assert "The server of fair ended: boom" in page
    missing = sum(one.verdict == "not measured" for one in part.claims)
    assert f"{missing} claims have no verdict." in page
    assert f"{missing} were not measured on this machine" in page
    assert "This run did not measure it." in page
    assert "not whole" in report.claims_markdown(part)


def test_stacks_that_answer_differently_are_named_first(whole: Result) -> None:
    odd = whole.agreement[3].model_copy(update={"agrees": False, "differs": "items.0.title"})
    page = Page(report.html_text(result(agreement=[odd]))).text
    words = "Not all stacks gave the same answers"
    assert page.index(words) < page.index("The guide's claims")
    assert page.count("items.0.title") == 2


def test_many_warnings_do_not_bury_the_verdicts() -> None:
    page = Page(report.html_text(result(warnings=[f"Warning {index}." for index in range(9)]))).text
    assert "5 more are under “Warnings” at the end." in page
    assert all(f"Warning {index}." in page for index in range(9))
    assert page.index("Of 35 claims") < page.index("9 warnings")


def test_an_empty_run_has_a_report() -> None:
    empty = result(runs=[], claims=[], agreement=[], versions={}, does_not_show=[], ended_at=None, ended="failed")
    page = Page(report.html_text(empty)).text
    assert "Nothing was measured." in page
    assert "not compared in this run" in page
    report.markdown_text(empty)
    report.claims_markdown(empty)


@pytest.mark.parametrize("stack", NAMES)
def test_one_stack_alone_has_a_report(stack: str) -> None:
    page = Page(report.html_text(result(stacks=(stack,)))).text
    assert LABELS[stack] in page


def test_scenarios_and_stacks_that_nobody_knows_are_shown() -> None:
    runs = [
        a_run("slowed", "tea", 7, 12.5, repeat=repeat, options={"sugar": 2.0}, extra={"cups": 3.0}) for repeat in (1, 2)
    ]
    runs.append(a_run("slowed", "silence", 5, None, options={}))
    page = Page(report.html_text(result(runs=runs, claims=[]))).text
    for words in ("slowed", "tea", "sugar 2", "cups", "12.5 ms", "silence", "5 of 5"):
        assert words in page


def test_a_figure_of_one_run_says_that_it_has_no_spread() -> None:
    page = Page(report.html_text(result(runs=[a_run("floor", "one-call", 1, 50.0)], claims=[]))).text
    assert "one run" in page


def test_table_for_a_readme(whole: Result) -> None:
    table = report.claims_markdown(whole)
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    groups = {one.group for one in whole.claims}
    assert len(rows) == len(whole.claims) + 2 * len(groups)
    # Pipes and tildes in cells would break columns and strike words out.
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert not re.search(r"(?<!\\)~", table)
    assert whole.id in table
    assert "Of 35 claims" in table


def test_markdown_escapes() -> None:
    assert escaped("a|b\n c <d> ~8 ~9 x_y") == r"a\|b c &lt;d&gt; \~8 \~9 x\_y"


def test_axes_have_few_round_ticks_and_hold_all_figures() -> None:
    for most in (0.3, 7, 99, 1_380, 48_000):
        scale = linear([most], 0, 100)
        assert scale.high >= most
        assert 3 <= len(scale.ticks()) <= 9
        long = logarithmic([1, most + 1], 0, 100)
        assert long.low <= 1
        assert long.high >= most + 1
        assert 2 <= len(long.ticks()) <= 12
    assert logarithmic([], 0, 1).ticks()
    assert linear([], 0, 1).ticks()


def test_names_of_lines_do_not_lie_on_each_other() -> None:
    placed = spread_out([10, 10, 11, 200, 201], top=0, bottom=200, gap=15)
    assert all(later - one >= 15 for one, later in pairwise(placed))
    assert placed[-1] <= 200


def test_a_time_zone_of_the_run_is_told() -> None:
    told = result(started_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    assert "2 January 2026, 03:04 UTC" in Page(report.html_text(told)).text


def test_one_repeat_is_never_given_a_spread() -> None:
    once = [run for run in result().runs if run.repeat == 1]
    page = Page(report.html_text(result(runs=once, claims=score_all(once)))).text
    assert "One run: no spread" in page
    assert "One run is not enough to score it." in page
    assert "Spread over" not in page
    assert "(one run)" in page
