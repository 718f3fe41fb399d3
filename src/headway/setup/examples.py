"""Three tasks that explain themselves, for a project that has none yet."""

from typing import TypedDict


class Example(TypedDict):
    title: str
    description: str
    priority: int


EXAMPLES: tuple[Example, ...] = (
    {
        "title": "Drag this card to another column",
        "description": (
            "A column is a state of the work. Drag the card, or use **Move to…** from its menu if you work with the "
            "keyboard.\n\nEverybody who looks at this board sees the card move at once."
        ),
        "priority": 3,
    },
    {
        "title": "Open me, and change something",
        "description": (
            "Descriptions are written in Markdown:\n\n"
            "- lists, **bold**, `code`, [links](https://commonmark.org/help/)\n"
            "- every field saves by itself, and two people can edit one task: different fields merge, and if you both "
            "change the same one, the second is shown what the first wrote\n\n"
            "Set a due date and assign yourself: the task then shows up under **My work**."
        ),
        "priority": 2,
    },
    {
        "title": "Invite somebody to work with you",
        "description": (
            "Under **People and settings**, make an invitation link and send it to a colleague. "
            "It works once, for fourteen days.\n\nThen open this board on both screens."
        ),
        "priority": 0,
    },
)
