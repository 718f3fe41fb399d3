"""Every claim of the guide, in its order."""

from collections.abc import Iterable

from headway.lab.claims import load, memory, times, waiting
from headway.lab.claims.evidence import Evidence
from headway.lab.claims.judging import Definition, score
from headway.runs.schemas import Claim, Run

CLAIMS: dict[str, Definition] = {one.id: one for one in (*times.CLAIMS, *load.CLAIMS, *memory.CLAIMS, *waiting.CLAIMS)}


def score_all(runs: Iterable[Run], ids: Iterable[str] = ()) -> list[Claim]:
    """The verdicts on what was measured; all claims, or those that were asked for."""
    evidence, wanted = Evidence(runs), set(ids)
    return [score(one, evidence) for one in CLAIMS.values() if not wanted or one.id in wanted]
