import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.importers.shapes import Board, Card
from headway.importers.trello import NotABoard, category_of, read_board, read_file

GARDEN = Path(__file__).parent / "files" / "garden.json"

NOT_BOARDS = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\t ", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not JSON"),
    "half a file": (GARDEN.read_bytes()[:2_000], "not JSON"),
    "a page": (b"<!doctype html><title>Log in</title>", "not JSON"),
    "a huge number": (b"1" * 10_000, "not JSON"),
    "a list": (b"[1, 2]", "one object"),
    "a word": (b'"board"', "one object"),
    "null": (b"null", "one object"),
    "another tracker's": (b'{"issues": []}', "no lists and cards"),
    "lists of another kind": (b'{"id": "1", "lists": {}, "cards": "many"}', "no lists and cards"),
    "a card": (b'{"id": "1", "idBoard": "2", "idList": "3", "name": "x"}', "one Trello card"),
    "no id": (b'{"lists": [], "cards": []}', "no id"),
    "a hole": (b"[" * 200_000, "nested too deeply"),
    "a deep board": (b'{"id":"1","lists":[],"cards":' + b"[" * 200_000, "nested too deeply"),
}


@pytest.fixture(scope="module")
def garden() -> Board:
    return read_file(GARDEN)


def card(board: Board, title: str) -> Card:
    return next(c for c in board.cards if c.title.startswith(title))


@pytest.mark.parametrize("what", NOT_BOARDS)
def test_what_is_not_a_board_is_refused_with_the_reason(what: str) -> None:
    content, reason = NOT_BOARDS[what]
    with pytest.raises(NotABoard) as refusal:
        read_board(content)
    assert reason in refusal.value.detail
    assert "Nothing was imported" in refusal.value.detail


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    with pytest.raises(NotABoard, match="larger than 100 MB"):
        read_file(large)


def test_a_board_with_nothing_in_it_is_a_board() -> None:
    board = read_board(b'\xef\xbb\xbf{"id": "b", "lists": [], "cards": []}')
    assert (board.id, board.name, board.cards, board.changed, board.dropped) == ("b", "Trello board", (), {}, {})


def test_lists_come_from_left_to_right_the_archived_ones_last_and_the_empty_archived_ones_not(garden: Board) -> None:
    assert [(c.name, c.category) for c in garden.columns] == [
        ("Ideas", "backlog"),
        ("Doing", "doing"),
        ("Done", "done"),
        ("Season 2025 (archived)", "cancelled"),
    ]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("TODO", "todo"),
        ("To Do 🚀", "todo"),
        ("Things to be done", "todo"),
        ("Sprint 12", "todo"),
        ("", "todo"),
        ("In Progress", "doing"),
        ("Code review", "doing"),
        ("DONE ✅", "done"),
        ("Erledigt", "done"),
        ("Terminé", "done"),
        ("Won't do", "cancelled"),
        ("Rejected ideas", "cancelled"),
        ("Ideas", "backlog"),
        ("Product backlog", "backlog"),
        ("Undone", "todo"),
    ],
)
def test_what_a_list_means_is_guessed_from_its_name(name: str, category: str) -> None:
    assert category_of(name) == category


def test_labels_get_our_colours_and_a_nameless_one_the_name_of_its_colour(garden: Board) -> None:
    assert [(label.name, label.color) for label in garden.labels] == [
        ("urgent", "red"),
        ("lime", "green"),
        ("urgent", "gray"),
    ]


def test_members_are_those_on_the_board_and_those_it_quotes(garden: Board) -> None:
    assert [m.name for m in garden.members] == ["Ann Ångström", "bo", "Gone Girl"]


def test_a_card_comes_with_its_days_labels_people_and_comments(garden: Board) -> None:
    tomatoes = card(garden, "Plant tomatoes")
    assert (tomatoes.number, tomatoes.start_on, tomatoes.due_on) == (3, date(2021, 8, 1), date(2021, 8, 20))
    assert tomatoes.created_at == datetime(2021, 7, 10, 16, 52, 52, tzinfo=UTC)
    assert (len(tomatoes.label_ids), len(tomatoes.assignee_ids)) == (2, 1)
    assert [c.body for c in tomatoes.comments] == ["First <b>hi</b>", "Second, *with* emphasis"]
    assert tomatoes.comments[1].updated_at == datetime(2021, 8, 4, 9, tzinfo=UTC)


def test_what_has_no_field_is_kept_in_the_description(garden: Board) -> None:
    description = card(garden, "Plant tomatoes").description
    assert "- [ ] seed\n\nFrom Trello:\n\n- Attachment: [plan" in description
    assert "](<https://trello.example/1/plan.png>)" in description
    assert "javascript" not in description
    assert "- Soil: clay\\_loam\n- Size: 4.5\n- Place: The field, Hill 1" in description


def test_days_are_those_of_the_people_in_their_zone() -> None:
    board = read_file(GARDEN, ZoneInfo("Asia/Kathmandu"))
    assert card(board, "Plant tomatoes").due_on == date(2021, 8, 21)


def test_a_long_title_is_cut_and_kept_whole_in_the_description(garden: Board) -> None:
    water = card(garden, "Water the plot")
    assert len(water.title) <= 500
    assert water.title.endswith("…")
    assert water.description.endswith("very much")
    assert water.description.startswith("half \ufffd a pair")


def test_checklists_come_in_order_with_their_names_where_those_say_something(garden: Board) -> None:
    assert [(s.title, s.done, s.description) for s in card(garden, "Build a shed").steps] == [
        ("walls", True, ""),
        ("roof", False, ""),
    ]
    assert [s.description.split("- ")[-1] for s in card(garden, "Dig").steps] == [
        "Checklist: Before",
        "Checklist: After",
    ]


def test_archived_and_ticked_cards_say_which_list_they_were_in(garden: Board) -> None:
    assert card(garden, "Buy a pony").archived
    assert card(garden, "Buy a pony").description.endswith("- List: Ideas")
    assert card(garden, "Ticked").done
    assert card(garden, "Ticked").description.endswith("- List: Doing")


def test_everything_that_did_not_come_through_is_told_with_its_number(garden: Board) -> None:
    assert garden.dropped == {
        "card limits of lists": 1,
        "comments without words": 1,
        "custom field values without a field": 1,
        "covers": 1,
        "stickers": 1,
        "votes": 2,
        "reminders": 1,
        "power-ups and their data": 2,
        "watched cards": 1,
        "comments that Trello counts but did not export": 1,
        "labels that are not in the file": 1,
        "assignees whose name is not in the file": 1,
        "start dates later than the due date": 1,
        "broken or repeated cards": 2,
        "comments on cards that are not in the file": 1,
        "checklists of cards that are not in the file": 1,
        "activity other than comments": 2,
        "board settings (background, permissions, voting)": 1,
        "members' roles and avatars": 2,
    }
    assert garden.changed["texts had characters that cannot be stored (NUL, halves of surrogate pairs)"] == 2


def test_an_export_that_stops_at_a_thousand_actions_says_so() -> None:
    action = {"type": "updateCard", "date": "2021-03-04T10:00:00.000Z"}
    board = read_board(json.dumps({"id": "b", "lists": [], "cards": [], "actions": [action] * 1_000}).encode())
    assert any("1,000 actions: comments before 2021-03-04" in what for what in board.dropped)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["a", "b", "9" * 24]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
KEYS = [
    *("id", "idList", "idCard", "idBoard", "name", "pos", "closed", "color", "desc", "due", "start", "dueComplete"),
    *("idShort", "idLabels", "labels", "idMembers", "checklists", "checkItems", "state", "attachments", "url", "value"),
    *("customFieldItems", "idCustomField", "idValue", "text", "type", "options", "date", "data", "card", "comments"),
    *("idMemberCreator", "memberCreator", "fullName", "cover", "badges", "dueReminder", "dateLastActivity"),
]
things = st.lists(st.dictionaries(st.sampled_from(KEYS), anything, max_size=8) | anything, max_size=4)
PARTS = ("labels", "members", "checklists", "actions", "customFields", "prefs", "name", "desc", "pluginData")


@settings(deadline=None)
@given(anything)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        read_board(json.dumps(value).encode())
    except NotABoard:
        return


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(NotABoard):
        read_board(content)


@settings(deadline=None, max_examples=200)
@given(things, things, st.dictionaries(st.sampled_from(PARTS), things | anything))
def test_a_board_of_any_nonsense_is_read(lists: Any, cards: Any, parts: Any) -> None:
    board = read_board(json.dumps({**parts, "id": "b", "lists": lists, "cards": cards}).encode())
    for one in board.cards:
        assert 0 < len(one.title) <= 500
        assert not (one.start_on and one.due_on and one.start_on > one.due_on)
        assert "\x00" not in one.description
        one.description.encode()
