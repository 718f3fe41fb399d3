"""The report of a result, section by section, before it is HTML or Markdown."""

from collections.abc import Iterable

from headway.lab.claims.evidence import Evidence
from headway.lab.report import drawn, method, others
from headway.lab.report.document import Block, Claims, Document, Points, Section, Text
from headway.lab.report.summary import WARNINGS_SHOWN, summary
from headway.lab.report.words import day, label
from headway.runs.schemas import Result

TITLE = "The load lab: AsyncSession and Session, measured"


def document(result: Result) -> Document:
    """All that the report says."""
    evidence = Evidence(result.runs)
    one = result.machine
    subtitle = (
        f"{day(result.started_at)} · {one.processor}, {one.cores} {'core' if one.cores == 1 else 'cores'}, "
        f"{one.memory_gb:.1f} GB · {one.system}"
    )
    groups = dict.fromkeys(claim.group for claim in result.claims)
    claims = [Claims(group, [one for one in result.claims if one.group == group]) for group in groups]
    sections = [
        section("claims", "The guide's claims", claims),
        section("stacks", "The stacks", method.stacks(result)),
        section("one-call", "A database call of 50 ms", _with(call(evidence), drawn.one_call(evidence))),
        section("link", "A database 50 ms away", _with(LINK, drawn.link(evidence))),
        section(
            "mix",
            "A mix of reads and writes",
            _with(MIX, [*drawn.mix(evidence), *others.scenario(evidence, "open-mix")]),
        ),
        section("memory", "Memory", drawn.memory(evidence)),
        section("cpu", "CPU and context switches", drawn.processor(evidence)),
        section("waiting", "Waiting, threads, rollback and batches", others.waiting(evidence)),
        section("unanswered", "Requests without an answer", others.unanswered(evidence)),
        section("agreement", "Do they answer the same?", method.agreement(result)),
        section("how", "How it was measured", method.how(result)),
        section("machine", "Machine, settings and versions", method.machine(result)),
        section("limits", "What this does not show", method.does_not_show(result)),
        section("warnings", "Warnings", [Points(result.warnings)] if len(result.warnings) > WARNINGS_SHOWN else []),
    ]
    return Document(TITLE, subtitle, summary(result), [one for one in sections if one.blocks])


CALL = (
    "The guide's own table. Each request is one statement that looks up a person and takes 50 ms in the database, sent "
    "as a burst of so many at once."
)
SHARED = (
    f"The line “{label('headway-shared')}” is another thing: there callers who ask at the same time share a statement, "
    "each joining only one that has not been sent. It is not one call for each request, so it says what sharing comes "
    "to and nothing of a kind of Session. No claim is judged by it."
)
LINK = (
    "The same lookup without its 50 ms, over a link on which every round trip takes 50 ms: BEGIN, COMMIT and ROLLBACK "
    "pay too, so each stack pays for each of them that it sends."
)
MIX = (
    "Users without a pause, in a closed loop: 70 % list 50 tasks of a project, 15 % get one, 10 % create, 5 % update. "
    "No delay is added to the database here."
)


def call(evidence: Evidence) -> str:
    """What the guide's own table is, and where it is in the run, which line is not of it."""
    return f"{CALL} {SHARED}" if evidence.of("headway-shared", "one-call") else CALL


def section(id_: str, title: str, blocks: Iterable[Block]) -> Section:
    """With its blocks counted out."""
    return Section(id_, title, tuple(blocks))


def _with(sentence: str, blocks: Iterable[Block]) -> list[Block]:
    """The sentence only where something follows it."""
    found = list(blocks)
    return [Text(sentence), *found] if found else []
