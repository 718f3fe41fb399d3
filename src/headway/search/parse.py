"""The filter language: text to a tree, and a tree to the text that says the same. Pure.

assignee:me due<7d label:bug,"needs review" -state:done (priority>=high OR is:overdue) "exact words"
"""

import difflib
import re
from datetime import date, timedelta

from headway.errors import Invalid
from headway.search.tree import (
    CHOICES,
    COMPARED,
    DAYS,
    EMPTIED,
    ME,
    NAMED_DAYS,
    NONE,
    PEOPLE,
    PRIORITIES,
    AllOf,
    AnyOf,
    Field,
    Filter,
    Not,
    Term,
    Words,
)

DEEPEST = 20
OR = "OR"
TERM = re.compile(r"([a-zA-Z]+)(<=|>=|[:<>=])")
PLAIN = re.compile(r'[^\s",()]+')
NUMBER = re.compile(r"\d{1,6}(\.\d{1,2})?", re.ASCII)
FIELDS = {field.value: field for field in Field}
MOST = 30  # conditions: each of words looks into three indexes
IN_DAYS = re.compile(r"([+-]?)(\d{1,4})([dwmy])", re.ASCII)
LENGTHS = {"d": 1, "w": 7, "m": 30, "y": 365}
DAYS_TO_WRITE = "a day such as 2026-12-24, today, tomorrow, 7d, -2w"


class NotAFilter(Invalid):
    """The text cannot be read as a filter. `at` and `end` say which characters are meant."""

    def __init__(self, sentence: str, at: int, end: int) -> None:
        super().__init__("search.syntax", f"{sentence} (At character {at + 1}.)", at=at, end=end)


def parse(text: str) -> Filter:
    """What the text asks for; an empty one asks for everything.

    Raises:
        NotAFilter: it cannot be read, and where that begins.
    """
    return Reader(text).read()


class Reader:
    """A place in a text that moves on."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.count = text, 0, 0, 0

    def read(self) -> Filter:
        """The whole text. A closing bracket that closes nothing is a word."""
        return self.either()

    def either(self) -> Filter:
        """Lists of conditions with OR between them, up to the bracket that ends them."""
        parts = [self.every()]
        while self.is_or():
            start = self.at
            self.at += len(OR)
            parts.append(self.every())
            if AllOf(()) in parts[-2:]:
                raise NotAFilter(
                    "OR stands between two conditions. To look for the word, write it in quotes.", start, start + 2
                )
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def every(self) -> Filter:
        """Conditions one after the other, which must all hold."""
        parts = []
        while not self.ended() and not self.is_or():
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def ended(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at == len(self.text) or (self.depth > 0 and self.text[self.at] == ")")

    def is_or(self) -> bool:
        end = self.at + len(OR)
        return self.text.startswith(OR, self.at) and (end == len(self.text) or self.text[end].isspace())

    def one(self) -> Filter:
        """A condition, a group of them, or what must not hold."""
        start, sign = self.at, self.text[self.at]
        self.count += 1
        if self.count > MOST:
            raise NotAFilter(f"A filter has {MOST} conditions at most.", start, len(self.text))
        follows = self.text[start + 1 : start + 2]
        if sign == "-" and follows and not follows.isspace() and follows != "-":
            self.at += 1
            return Not(self.one())
        if sign == "(":
            return self.group()
        found = TERM.match(self.text, start)
        if found and (term := self.term(found)):
            return term
        return Words(self.quoted()) if sign == '"' else Words(self.word())

    def group(self) -> Filter:
        start = self.at
        self.at, self.depth = start + 1, self.depth + 1
        if self.depth > DEEPEST:
            raise NotAFilter(f"Brackets go {DEEPEST} deep at most.", start, start + 1)
        inside = self.either()
        if self.at == len(self.text):
            raise NotAFilter(
                'This bracket is never closed. To look for one, write it in quotes: "(".', start, start + 1
            )
        self.at, self.depth = self.at + 1, self.depth - 1
        if inside == AllOf(()):
            raise NotAFilter("There is nothing in these brackets.", start, self.at)
        return inside

    def quoted(self) -> str:
        start = self.at
        end = self.text.find('"', start + 1)
        if end < 0:
            raise NotAFilter("This quote is never closed.", start, start + 1)
        if not (inside := self.text[start + 1 : end].strip()):
            raise NotAFilter("There is nothing between these quotes.", start, end + 1)
        self.at = end + 1
        return inside

    def word(self) -> str:
        start = self.at
        self.at += 1
        while not self.ended_word():
            self.at += 1
        return self.text[start : self.at]

    def ended_word(self) -> bool:
        return (
            self.at == len(self.text) or self.text[self.at].isspace() or (self.depth > 0 and self.text[self.at] == ")")
        )

    def term(self, found: re.Match[str]) -> Term | None:
        """A field and what it is to be; None where it only looks like one, as an address of the web does."""
        name, sign = found[1].lower(), found[2]
        follows = self.text[found.end() : found.end() + 2]
        field = FIELDS.get(name)
        if field is None:
            if sign != ":" or not follows.strip() or follows[0].isspace() or follows == "//":
                return None
            near = difflib.get_close_matches(name, list(Field), 1, 0.6)
            better = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(Field)}."
            sentence = f"There is no field {name}. {better} To look for the words, write them in quotes."
            raise NotAFilter(sentence, found.start(), found.end() - 1)
        compared = ":" if sign == "=" else sign
        if compared != ":" and field not in COMPARED:
            raise NotAFilter(f"{field} cannot be compared. Write {field}: and a value.", found.start(), found.end())
        self.at = found.end()
        values = [self.value(field, compared)]
        while compared == ":" and self.text.startswith(",", self.at):
            self.at += 1
            values.append(self.value(field, compared))
        return Term(field, compared, tuple(values))

    def value(self, field: Field, compared: str) -> str:
        """The next value, as it is kept: small letters where case means nothing."""
        start = self.at
        if self.text.startswith('"', start):
            written = self.quoted()
        elif found := PLAIN.match(self.text, start):
            written, self.at = found[0], found.end()
        else:
            end = start if start == len(self.text) else start + 1
            raise NotAFilter(f"{field} needs a value: {written_as(field, compared)}.", start, end)
        value = checked(field, compared, written)
        if value is None:
            raise NotAFilter(
                f"{field} cannot be {written[:40]!r}. Write {written_as(field, compared)}.", start, self.at
            )
        return value


def checked(field: Field, compared: str, written: str) -> str | None:
    """A value that the field can have, in its usual spelling; None where it cannot have it."""
    small = written.lower()
    if small == NONE and field in EMPTIED:
        return NONE if compared == ":" else None
    if small == ME and field in PEOPLE:
        return ME
    if field in DAYS:
        return small if is_day(small) else None
    if field is Field.estimate:
        return str(float(small)).removesuffix(".0") if NUMBER.fullmatch(small) else None
    if field in CHOICES:
        small = PRIORITIES[int(small)] if field is Field.priority and small in {"0", "1", "2", "3", "4"} else small
        return small if small in CHOICES[field] else None
    return written if field is not Field.project else written.upper()


def is_day(written: str) -> bool:
    """Whether it names a day, seen from any other."""
    if written in NAMED_DAYS or IN_DAYS.fullmatch(written):
        return True
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII) is not None and date.fromisoformat(written).year > 0
    except ValueError:
        return False


def day_of(value: str, today: date) -> date:
    """The day that a value means today; beyond the calendar, its end. A month is 30 days, a year 365."""
    if value in NAMED_DAYS:
        distance = NAMED_DAYS[value]
    elif found := IN_DAYS.fullmatch(value):
        distance = int(found[1] + found[2]) * LENGTHS[found[3]]
    else:
        return date.fromisoformat(value)
    try:
        return today + timedelta(days=distance)
    except OverflowError:
        return date.min if distance < 0 else date.max


def written_as(field: Field, compared: str) -> str:
    """What may stand behind it."""
    none = " or none" if field in EMPTIED and compared == ":" else ""
    if field in DAYS:
        return DAYS_TO_WRITE + none
    if field in PEOPLE:
        return f"me, a name{none}"
    if field is Field.estimate:
        return f"a number such as 3 or 0.5{none}"
    words = CHOICES.get(field)
    return ", ".join(words) if words else f"a {'key' if field is Field.project else 'name'}{none}"


def printed(tree: Filter) -> str:
    """The text that is read as this tree."""
    match tree:
        case Words(text):
            return text if '"' in text else f'"{text}"'
        case Term(field, compared, values):
            return field + compared + ",".join(map(quoted_value, values))
        case Not(what):
            return f"-({printed(what)})" if isinstance(what, AllOf | AnyOf | Not) else f"-{printed(what)}"
        case AllOf(parts):
            return " ".join(
                f"({printed(part)})" if isinstance(part, AllOf | AnyOf) else printed(part) for part in parts
            )
        case AnyOf(parts):
            return f" {OR} ".join(f"({printed(part)})" if isinstance(part, AnyOf) else printed(part) for part in parts)


def quoted_value(value: str) -> str:
    """A value as it must be written: in quotes where a sign in it means something."""
    return value if PLAIN.fullmatch(value) else f'"{value}"'
