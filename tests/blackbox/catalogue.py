"""The bot's texts, read from texts/*.c: tests name a text, they do not quote it."""
import ast
import functools
import html
import re

from process import ROOT

_ENTRY = re.compile(r'\[TEXT_(\w+)\]\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', re.S)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def plain(markup):
    """What a person reads of a text in Telegram's HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@functools.lru_cache(maxsize=None)
def _texts(lang):
    source = (ROOT / "texts" / f"{lang}.c").read_text(encoding="utf-8")
    return {name: "".join(ast.literal_eval(f'"{part}"') for part in _LITERAL.findall(value))
            for name, value in _ENTRY.findall(source)}


def raw(name, lang="uk"):
    return _texts(lang)[name.upper()]


def pattern(name, lang="uk"):
    """A regular expression for the text as people see it, anything standing for the placeholders."""
    parts = re.split(r"\{\w+(?:\|[^}]*)?\}", plain(raw(name, lang)).strip())
    return re.compile(".*?".join(map(re.escape, parts)), re.S)


def says(text, name, lang="uk"):
    return bool(text) and pattern(name, lang).search(text) is not None


def label(name, lang="uk"):
    return plain(raw(name, lang))
