"""Check the links between the built pages: python docs/check_links.py docs/_build/html.

Sphinx warns about references that it resolves itself; this reads what came out, raw links and anchors included.
"""

import pathlib
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

ATTRIBUTES = {"a": "href", "img": "src", "link": "href", "script": "src"}


class Page(HTMLParser):
    """The links and the anchors of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Take down an element's link and its name."""
        attributes = dict(attrs)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        link = attributes.get(ATTRIBUTES.get(tag))
        if link and not urlsplit(link).scheme and not link.startswith("//"):
            self.links.add(link)


def broken_links(folder):
    """Return (page, link) of every link to a file or an anchor that is not there, and how many links there are."""
    paths = (path for path in sorted(pathlib.Path(folder).resolve().rglob("*.html")) if "_static" not in path.parts)
    pages = {path: Page(path.read_text()) for path in paths}
    broken, count = [], 0
    for path, page in pages.items():
        for link in sorted(page.links):
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(urlsplit(address).path)).resolve() if address else path
            there = target.exists() and (target not in pages or unquote(anchor) in pages[target].anchors)
            count += 1
            if not there:
                broken.append((path.relative_to(pathlib.Path(folder).resolve()), link))
    return broken, count, len(pages)


def main(folder):
    """Print what is broken, and fail where something is."""
    broken, links, pages = broken_links(folder)
    for page, link in broken:
        print(f"{page}: {link}")
    print(f"{links} links in {pages} pages, {len(broken)} broken")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
