"""A page as a strict reader sees it: every element closed where it must be, names unique."""

import base64
import hashlib
from html.parser import HTMLParser

VOID = {"meta", "br", "input", "link", "img", "hr"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children, self.pieces = [], []

    def text(self):
        return "".join(piece if isinstance(piece, str) else piece.text() for piece in self.pieces)

    def all(self, tag=None, **wanted):
        """Elements below with this tag, whose class list holds `class_`, whose other attributes are equal."""
        class_ = wanted.get("class_")
        for child in self.children:
            fits = tag in (None, child.tag) and (class_ is None or class_ in child.get("class", "").split())
            if fits and all(child.get(key) == value for key, value in wanted.items() if key != "class_"):
                yield child
            yield from child.all(tag, **wanted)

    def first(self, tag=None, **wanted):
        return next(self.all(tag, **wanted), None)

    def get(self, name, otherwise=None):
        return self.attributes.get(name, otherwise)


class Document(HTMLParser):
    """`root`, and in `mistakes` what a browser would have had to guess."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {}, None)
        self.mistakes, self.ids = [], set()
        self.feed(text)
        self.close()
        if self.open is not self.root:
            self.mistakes.append(f"<{self.open.tag}> is never closed")

    def handle_starttag(self, tag, attributes, is_closed=False):
        names = [name for name, _ in attributes]
        if len(set(names)) != len(names):
            self.mistakes.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attributes}, self.open)
        name = element.get("id")
        if name in self.ids:
            self.mistakes.append(f"id {name} is there twice")
        self.ids |= {name} - {None}
        self.open.children.append(element)
        self.open.pieces.append(element)
        if tag not in VOID and not is_closed:
            self.open = element

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes, is_closed=True)

    def handle_endtag(self, tag):
        if self.open.tag != tag:
            self.mistakes.append(f"</{tag}> closes <{self.open.tag}> at {self.getpos()}")
        else:
            self.open = self.open.parent

    def handle_data(self, data):
        self.open.pieces.append(data)

    def hash_of(self, tag):
        digest = hashlib.sha256(self.root.first(tag).text().encode()).digest()
        return "sha256-" + base64.b64encode(digest).decode()
