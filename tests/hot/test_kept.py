"""Kept answers: how much room they take, which go first, and when they are packed."""

import gzip

from headway.hot.kept import Answer, Kept, weight


def test_the_least_asked_for_goes_first() -> None:
    body = b"x" * 1_000
    kept = Kept(room=8 * weight(Answer(b"", body)))
    for n in range(8):
        kept.put(n, Answer(b"", body))
    assert kept.get(0)
    kept.put(8, Answer(b"", body))
    assert [n for n in range(9) if kept.get(n)] == [0, 2, 3, 4, 5, 6, 7, 8]
    assert kept.bytes <= kept.room


def test_an_answer_takes_the_place_of_the_one_before() -> None:
    kept = Kept(room=100_000)
    for n in range(100):
        kept.put("a", Answer(str(n).encode(), b"x" * 1_000))
    found = kept.get("a")
    assert found is not None
    assert found.etag == b"99"
    assert (len(kept), kept.bytes) == (1, weight(found))
    kept.clear()
    assert (len(kept), kept.bytes, kept.get("a")) == (0, 0, None)


def test_one_that_is_too_large_is_not_kept_and_what_was_there_is_forgotten() -> None:
    kept = Kept(room=8_000)
    kept.put("a", Answer(b"1", b"small"))
    kept.put("a", Answer(b"2", b"x" * 2_000))
    assert (kept.get("a"), kept.bytes) == (None, 0)


def test_packed_once_and_only_where_it_pays() -> None:
    long, short = Answer(b"", b"again and " * 500), Answer(b"", b"short")
    assert short.for_client(packed=True) == (b"short", False)
    assert long.for_client(packed=False) == (long.body, False)
    packed, is_packed = long.for_client(packed=True)
    assert is_packed
    assert gzip.decompress(packed) == long.body
    assert long.for_client(packed=True)[0] is packed
