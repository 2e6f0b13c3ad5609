"""What the content security policy would refuse in a page, found before a browser does."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml import html

DATA_BLOCKS = {"application/json", "application/ld+json"}
FETCHED = {"src", "srcset", "poster", "data"}


def violations(page: str | bytes) -> list[str]:
    """Styles and scripts written into the page, handlers, pictures in addresses, parts of other hosts."""
    found = []
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag
        if name == "style":
            found.append("a <style> element")
        if name == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
            found.append("an inline script")
        for attribute, value in element.attrib.items():
            if attribute == "style":
                found.append(f"<{name} style={value!r}>")
            if attribute.startswith(("on", "hx-on")):
                found.append(f"<{name} {attribute}>")
            if value.strip().lower().startswith(("data:", "javascript:")):
                found.append(f"<{name} {attribute}={value[:30]!r}>")
            fetched = attribute in FETCHED or (
                attribute == "href" and name in {"link", "use", "image"} and element.get("rel") != "alternate"
            )
            if fetched and urlsplit(value).netloc:
                found.append(f"<{name} {attribute}={value!r}> comes from another host")
    return found
