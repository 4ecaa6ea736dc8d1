"""What is wrong with a written page, as far as its text tells: for pages of a strict content policy and for everybody.

`faults(html)` names each; what only a browser can tell is in tests/browser.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
TYPED = frozenset({"input", "select", "textarea"})
SILENT = frozenset({"hidden", "submit", "button", "reset", "image"})
REFERS = ("for", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls", "list")
SENDS = ("hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch", "action", "formaction")
EVALUATED = ("hx-on", "on", "hx-vals-js", "hx-vars")


@dataclass(eq=False, slots=True)
class Element:
    """One element with what is in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    children: list["Element"] = field(default_factory=list["Element"])
    words: str = ""

    @property
    def said(self) -> str:
        """Its words and those of all within."""
        return " ".join([self.words, *(child.said for child in self.children)]).strip()

    def within(self) -> Iterator["Element"]:
        """Everything in it."""
        for child in self.children:
            yield child
            yield from child.within()

    def around(self) -> Iterator["Element"]:
        """What it is in, the nearest first."""
        if self.parent is not None:
            yield self.parent
            yield from self.parent.around()

    def __str__(self) -> str:
        shown = " ".join(f'{name}="{value[:60]}"' for name, value in self.attributes.items())
        return f"<{self.tag} {shown}>"


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {}, None)
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        self.faults += [f"<{tag}> has {name} twice" for name, times in names.items() if times > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.tag != tag:
            self.faults.append(f"</{tag}> closes {self.open}")
        if self.open.parent is not None:
            self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.words += data


def tree(html: str) -> tuple[Element, list[str]]:
    """The page's elements, and what is wrong with their nesting."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    unclosed = [] if parser.open is parser.root else [f"{parser.open} is not closed"]
    return parser.root, [*parser.faults, *unclosed]


def faults(html: str, *, whole: bool) -> list[str]:
    """What is wrong with a page, or (not `whole`) with a part of one."""
    root, found = tree(html)
    all_of_it = list(root.within())
    found += [fault for element in all_of_it for fault in _of(element)]
    ids = Counter(element.attributes["id"] for element in all_of_it if "id" in element.attributes)
    found += [f"{times} elements have the id {name!r}" for name, times in ids.items() if times > 1]
    labels = {
        element.attributes["for"] for element in all_of_it if element.tag == "label" and "for" in element.attributes
    }
    found += [f"{each} has no label" for each in all_of_it if each.tag in TYPED and not _labelled(each, labels)]
    if whole:
        found += _references(all_of_it, frozenset(ids))
        found += _headings(all_of_it)
        found += [] if any(each.tag == "title" and each.said for each in all_of_it) else ["the page has no title"]
        found += [] if any(each.tag == "main" for each in all_of_it) else ["the page has no main part"]
        found += (
            [] if any(each.tag == "html" and each.attributes.get("lang") for each in all_of_it) else ["no language"]
        )
    return found


def _of(element: Element) -> Iterator[str]:
    """What is wrong with one element by itself."""
    for wrong, check in CHECKS.items():
        if check(element):
            yield f"{element}: {wrong}"


def _is_styled(element: Element) -> bool:
    return "style" in element.attributes or element.tag == "style"


def _evaluates(element: Element) -> bool:
    return any(
        name.startswith(EVALUATED) or value.strip().lower().startswith(("javascript:", "js:"))
        for name, value in element.attributes.items()
    )


def _is_inline_script(element: Element) -> bool:
    return element.tag == "script" and bool(
        not element.attributes.get("src", "").startswith("/static/") or element.said
    )


def _sends_elsewhere(element: Element) -> bool:
    sent = [element.attributes[name] for name in SENDS if name in element.attributes]
    return any(not address.startswith("/") or address.startswith("//") for address in sent)


def _comes_from_elsewhere(element: Element) -> bool:
    given = element.attributes
    address = given.get("src", given.get("href", "/"))
    own = address.startswith(("/", "data:image/", "#")) and not address.startswith("//")
    return element.tag in {"img", "link", "source", "iframe", "image", "use"} and not own


def _posts_nowhere(element: Element) -> bool:
    given = element.attributes
    return element.tag == "form" and ("hx-post" in given or given.get("method") == "post") and "action" not in given


def _says_nothing(element: Element) -> bool:
    return element.tag in {"button", "a", "summary", "option", "label"} and not _named(element)


def _is_unworded_picture(element: Element) -> bool:
    given = element.attributes
    named = {"aria-hidden", "aria-label", "aria-labelledby"} & set(given)
    return (element.tag == "img" and "alt" not in given) or (element.tag == "svg" and not named)


def _lacks_caption(element: Element) -> bool:
    return element.tag == "table" and not any(each.tag == "caption" and each.said for each in element.within())


def _heads_nothing(element: Element) -> bool:
    return element.tag == "th" and "scope" not in element.attributes


def _jumps(element: Element) -> bool:
    return element.attributes.get("tabindex", "0") not in {"0", "-1"}


def _reaches_back(element: Element) -> bool:
    given = element.attributes
    return "target" in given and not {"noopener", "noreferrer"} & set(given.get("rel", "").split())


def _is_moved_on_refresh(element: Element) -> bool:
    return "hx-preserve" in element.attributes


CHECKS: Mapping[str, Callable[[Element], bool]] = {
    "a style beside the style sheet": _is_styled,
    "a script in an attribute": _evaluates,
    "a script that is not a file of ours": _is_inline_script,
    "sends elsewhere": _sends_elsewhere,
    "comes from elsewhere": _comes_from_elsewhere,
    "a form that posts needs an address of its own, for browsers without scripts": _posts_nowhere,
    "says nothing": _says_nothing,
    "a picture without words that is not hidden": _is_unworded_picture,
    "a table without a caption": _lacks_caption,
    "heads neither a column nor a row": _heads_nothing,
    "jumps the order of the keyboard": _jumps,
    "hx-preserve takes the reader's place on the page away; what was typed stays without it": _is_moved_on_refresh,
    "opens a window that can reach back": _reaches_back,
}


def _named(element: Element) -> bool:
    inner = any(each.attributes.get("alt") or each.attributes.get("aria-label") for each in element.within())
    given = element.attributes
    return bool(element.said or inner or given.get("aria-label") or given.get("aria-labelledby"))


def _labelled(element: Element, labels: Iterable[str]) -> bool:
    given = element.attributes
    if element.tag == "input" and given.get("type") in SILENT:
        return True
    wrapped = any(each.tag == "label" and each.said for each in element.around())
    own = given.get("aria-label") or given.get("aria-labelledby")
    return bool(own) or wrapped or given.get("id") in set(labels)


def _references(elements: Iterable[Element], ids: frozenset[str]) -> Iterator[str]:
    for element in elements:
        for name in REFERS:
            for wanted in element.attributes.get(name, "").split():
                if wanted not in ids:
                    yield f"{element}: {name} refers to nothing"


def _headings(elements: Iterable[Element]) -> Iterator[str]:
    levels = [int(each.tag[1]) for each in elements if each.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"
