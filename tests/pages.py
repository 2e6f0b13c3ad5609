"""What a page says and what its form holds, read as a person reads it."""

from __future__ import annotations

from typing import Any

from lxml import html


def words(response: Any) -> str:
    tree = html.fromstring(response.content)
    return " ".join(tree.xpath("//main")[0].text_content().split())


def errors(response: Any) -> list[str]:
    """What the box above the form says, each line once."""
    tree = html.fromstring(response.content)
    return [" ".join(li.text_content().split()) for li in tree.xpath("//div[@role='alert']//ul/li")]


def differences(response: Any) -> dict[str, tuple[str, str]]:
    """The table of both versions: what is there, what was typed."""
    tree = html.fromstring(response.content)
    return {
        row.xpath("string(th)"): (row.xpath("string(td[1])"), row.xpath("string(td[2])"))
        for row in tree.xpath("//main//table/tbody/tr")
    }


def typed(response: Any, name: str) -> str:
    """What a field of the form holds."""
    tree = html.fromstring(response.content)
    (field,) = tree.xpath(f"//main//*[@name='{name}']")
    if field.tag == "textarea":
        return (field.text or "").lstrip("\n")
    if field.tag == "select":
        return next(iter(field.xpath("./option[@selected]/@value")), "")
    return str(field.get("value", ""))
