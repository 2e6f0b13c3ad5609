"""A person who has no pointer."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.functional.conftest import Visit

MOST_STEPS = 200


class Keys:
    """Hands on the keyboard: Tab until something has the focus, then Enter, Space, arrows and words."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page

    def reach(self, target: Locator) -> None:
        """Tab forward from the top of the page; what takes the focus shows it."""
        wanted = target.first.element_handle()
        assert wanted is not None
        for _ in range(MOST_STEPS):
            if wanted.evaluate("e => e === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{MOST_STEPS} times Tab do not lead to {target} on {self.page.url}")
        seen = wanted.evaluate(
            "e => { const s = getComputedStyle(e); const l = e.closest('label') || e;"
            " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || getComputedStyle(l).outlineStyle !== 'none' }"
        )
        assert seen, f"the focus cannot be seen on {target} ({self.page.url})"

    def move_clock(self, moment: str) -> None:
        """Choose a moment by typing how its line begins, in the strip at the head of every page."""
        if not self.page.locator("#demo-moment").count():
            self.visit.go("/demo/")
        select = self.page.locator("#demo-moment")
        label = select.locator(f'option[value="{moment}"]').inner_text()
        self.reach(select)
        self.page.keyboard.type(label[:12])
        assert select.input_value() == moment, f"typing does not choose {moment}"
        self.follow(self.page.locator('form[action$="/demo/horloge/"] button'))

    def become(self, identity: str) -> None:
        """Take an identity of the welcome page."""
        self.visit.go("/demo/")
        self.follow(self.page.locator(f'form[action$="/demo/identite/{identity}"] button'))

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Enter on a link or a button that leads to another page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def pick(self, select: Locator, value: str) -> None:
        """One line of a list, by its arrows."""
        self.reach(select)
        self.page.keyboard.press("Home")
        for _ in range(select.locator("option").count()):
            if select.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no {value} in the list")

    def choose(self, group: Locator, value: str) -> None:
        """One of a group of radio buttons, by its arrows."""
        checked = group.and_(self.page.locator(":checked"))
        self.reach(checked if checked.count() else group)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no {value} among the radio buttons")
