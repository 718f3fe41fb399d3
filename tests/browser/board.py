"""What a person does and sees on a board."""

from typing import Any

from playwright.sync_api import Locator, Page, expect


def open_board(page: Page, slug: str, project: Any) -> None:
    """The project's board, loaded and live."""
    page.goto(f"/w/{slug}/p/{project['key']}")
    expect(page.get_by_role("region", name="To do")).to_be_visible()
    live(page)


def live(page: Page) -> None:
    """Waits until the light by the project's name is steady."""
    expect(page.locator("main [role=status][data-state=live]").first).to_be_visible()


def column(page: Page, name: str) -> Locator:
    """A column by its state's name."""
    return page.get_by_role("region", name=name, exact=True)


def card(page: Page, title: str) -> Locator:
    """A card by its title."""
    return page.locator("[data-task]").filter(has_text=title)


def titles(page: Page, name: str) -> list[str]:
    """A column's cards from top to bottom."""
    return column(page, name).locator("[data-task] p").all_inner_texts()


def drag(page: Page, title: str, to: Locator) -> None:
    """Drags a card with the mouse onto something, as a hand does: down, some way, over, up."""
    card(page, title).hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 4
    page.mouse.move(x - 20, y - 20, steps=6)
    page.mouse.move(x, y, steps=6)
    page.mouse.up()
