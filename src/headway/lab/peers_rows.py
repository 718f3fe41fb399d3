"""From repeats to rows: medians with their spread, and what has to be known beside them. Pure functions."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from headway.lab.claims.evidence import Series
from headway.lab.peers_schemas import Figure, Measured, PeersResult, Row

# Answers of one address may differ by a time or an id, those of two trackers by their names of things.
OWN_DIFFERENCE = 1.01
DIFFERENCE = 1.25


def rows_of(result: PeersResult) -> list[Row]:
    """One for each number of users and address that was measured; users rising, addresses as given."""
    groups: dict[tuple[int, str], list[Measured]] = {}
    for one in result.measured:
        groups.setdefault((one.users, one.peer), []).append(one)
    names = [peer.name for peer in result.peers]
    ordered = sorted(groups, key=lambda key: (key[0], names.index(key[1])))
    return [_row(groups[key], groups.get((key[0], names[0]), [])) for key in ordered]


def _row(repeats: list[Measured], first: list[Measured]) -> Row:
    throughput = _series(one.throughput for one in repeats)
    by = _series(one.throughput for one in first)
    latencies = [one.latency for one in repeats if one.latency]
    lost, answered = sum(one.lost for one in repeats), sum(one.answered for one in repeats)
    return Row(
        peer=repeats[0].peer,
        users=repeats[0].users,
        repeats=len(repeats),
        throughput=Figure(median=throughput.median, least=throughput.least, most=throughput.most),
        ratio=throughput.median / by.median if by and by.median else None,
        mean=_figure(one.mean for one in latencies),
        p50=_figure(one.p50 for one in latencies),
        p99=_figure(one.p99 for one in latencies),
        failed=lost,
        sent=lost + answered,
        bytes_per_answer=_figure(one.bytes / one.answered for one in repeats if one.answered),
    )


def _series(values: Iterable[float]) -> Series:
    return Series(tuple(values))


def _figure(values: Iterable[float]) -> Figure | None:
    series = _series(values)
    return Figure(median=series.median, least=series.least, most=series.most) if series else None


def notes_of(result: PeersResult, here: Collection[str]) -> list[str]:
    """Sentences. `here`: the names of those on this machine."""
    if not result.measured:
        return []
    return [
        *_sizes(result),
        *_failures(result),
        *_not_tried(result),
        *_generator(result),
        *_places([peer.name for peer in result.peers], here),
    ]


def _sizes(result: PeersResult) -> Iterator[str]:
    sizes = {peer.name: peer.first.bytes for peer in result.peers}
    if max(sizes.values()) > DIFFERENCE * min(sizes.values()):
        told = ", ".join(f"{name} {size:,} bytes" for name, size in sizes.items())
        yield f"The answers differ in size: {told}. See that they hold the same before you compare their speed."
    kinds = {peer.name: peer.first.kind for peer in result.peers}
    if len(set(kinds.values())) > 1:
        told = ", ".join(f"{name} {kind or 'nothing'}" for name, kind in kinds.items())
        yield f"The answers are of different kinds: {told}. One of them may be no list of tasks at all."
    for name, size in sizes.items():
        rows = (row.bytes_per_answer for row in result.rows if row.peer == name)
        seen = [size, *(side for it in rows if it for side in (it.least, it.most))]
        if max(seen) > OWN_DIFFERENCE * min(seen):
            yield (
                f"{name}: its answers were not all alike: {min(seen):,.0f} to {max(seen):,.0f} bytes, "
                f"the first one {size:,}."
            )


def _failures(result: PeersResult) -> Iterator[str]:
    for peer in result.peers:
        own = [one for one in result.measured if one.peer == peer.name]
        kinds = sum(
            (Counter(one.failed) for one in own), Counter({"no answer in time": sum(o.unanswered for o in own)})
        )
        told = ", ".join(f"{count:,} × {kind}" for kind, count in kinds.most_common() if count)
        if told:
            limited = " It limits how often it is asked: this is about the limit." if "429" in kinds else ""
            yield f"{peer.name}: not answered well: {told}. What fails counts in no other figure.{limited}"


def _not_tried(result: PeersResult) -> Iterator[str]:
    for peer in result.peers:
        hard = [one.users for one in result.measured if one.peer == peer.name and one.lost > one.answered]
        if hard and min(hard) < _most(result):
            yield (
                f"{peer.name}: of {min(hard):,} users at a time it lost more requests than it answered; "
                "more were not tried."
            )


def _most(result: PeersResult) -> int:
    wanted = result.settings["users"]
    return max(wanted) if isinstance(wanted, list) else 0


def _generator(result: PeersResult) -> Iterator[str]:
    for peer in result.peers:
        own = [one for one in result.measured if one.peer == peer.name]
        for users in sorted({one.users for one in own}):
            said = next((one.bottleneck for one in own if one.users == users and one.bottleneck), None)
            if said:
                yield f"{peer.name}, {users:,} at a time: {said}"
            noted = next((one.note for one in own if one.users == users and one.note), None)
            if noted:
                yield f"{peer.name}, {users:,} at a time: {noted}"


def _places(names: list[str], here: Collection[str]) -> Iterator[str]:
    if len(here) == len(names):
        yield "Server and load generator share this machine: both had less of it than they could have had alone."
    elif here:
        away = ", ".join(name for name in names if name not in here)
        yield (
            f"{', '.join(name for name in names if name in here)}: on this machine. {away}: elsewhere, so that each "
            "of its answers also took the way through the network, and its machine is another one."
        )
