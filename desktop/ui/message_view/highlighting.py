"""Syntax colours by Pygments, a line at a time.

Pygments can only read a whole text from its beginning. Its regular-expression lexers keep all their state in a stack,
though, so this module runs their rules itself and keeps the stack between lines: what a new line costs does not
depend on the lines above. Comments that a lexer can only see whole (`/* … */`) are followed across lines here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any

from desktop.ui.message_view.positions import units

Span = tuple[int, int, str]  # first character, length (as Qt counts them), token of theme.Colors
State = tuple[str, ...]

_IN_COMMENT = "in a comment"
_COLORS = (
    ("Token.Comment.Preproc", "keyword"),
    ("Token.Comment", "comment"),
    ("Token.Keyword.Constant", "number"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Decorator", "number"),
    ("Token.Name.Attribute", "number"),
    ("Token.Literal.String.Doc", "comment"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Generic.Heading", "keyword"),
    ("Token.Generic.Inserted", "string"),
    ("Token.Generic.Deleted", "number"),
)


class Highlighter:
    """Colours the code of one language.

    `by_line` tells whether it can be read a line at a time: then `line` takes and gives the state, which is what must
    be known at the beginning of a line. Else only `whole` works.
    """

    def __init__(self, lexer: Any) -> None:
        from pygments.lexer import ExtendedRegexLexer, RegexLexer
        from pygments.token import _TokenType

        self.by_line = isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)
        self.start: State = ("root",)
        self._lexer = lexer
        self._plain_action = _TokenType  # an action that only names a token
        self._rules: dict[str, Any] = lexer._tokens if self.by_line else {}
        self._comments = self.by_line and self._has_c_comments()

    def line(self, text: str, state: State) -> tuple[list[Span], State]:
        """The colours of one line without its end, and the state after it."""
        stack = list(state)
        spans: list[Span] = []
        for start, length, color in self._tokens(text + "\n", stack):
            if spans and spans[-1][2] == color and spans[-1][0] + spans[-1][1] == start:
                spans[-1] = (spans[-1][0], spans[-1][1] + length, color)
            elif color and length:
                spans.append((start, length, color))
        return in_units(text + "\n", spans), tuple(stack)

    def whole(self, text: str) -> list[Span]:
        """The colours of a whole text."""
        return in_units(text, self.whole_by_characters(text))

    def whole_by_characters(self, text: str) -> list[Span]:
        """The same with Python's positions instead of Qt's."""
        tokens = self._lexer.get_tokens_unprocessed(text)
        return [(start, len(value), color) for start, token, value in tokens if (color := color_of(token))]

    def _has_c_comments(self) -> bool:
        tokens = (token for _, token, value in self._lexer.get_tokens_unprocessed("/* a\n b */") if len(value) > 4)
        return any(str(token).startswith("Token.Comment") for token in tokens)

    def _tokens(self, line: str, stack: list[str]) -> Iterator[Span]:
        position = 0
        while position < len(line):
            if self._comments and (stack[-1] == _IN_COMMENT or line.startswith("/*", position)):
                end = self._comment_end(line, position, stack)
                yield position, end - position, "comment"
                position = end
                continue
            match = self._match(line, position, stack)
            if match is None:
                position += 1
                continue
            yield from match[1]
            position = match[0]

    def _comment_end(self, line: str, position: int, stack: list[str]) -> int:
        inside = stack[-1] == _IN_COMMENT
        end = line.find("*/", position if inside else position + 2)
        if end < 0 and not inside:
            stack.append(_IN_COMMENT)
        if end >= 0 and inside:
            stack.pop()
        return len(line) if end < 0 else end + 2

    def _match(self, line: str, position: int, stack: list[str]) -> tuple[int, list[Span]] | None:
        """The first rule that fits: where it ends and what it colours."""
        for matches, action, new_state in self._rules[stack[-1]]:
            found = matches(line, position)
            if not found:
                continue
            if new_state is None and found.end() == position:
                return position + 1, []
            spans: list[Span] = []
            if isinstance(action, self._plain_action):
                spans = [(position, found.end() - position, color_of(action))]
            elif action is not None:
                spans = [(at, len(value), color_of(token)) for at, token, value in action(self._lexer, found)]
            if new_state is not None:
                _move(stack, new_state)
            if new_state is not None and found.end() == position:
                return self._match(line, position, stack) if len(stack) < 200 else None
            return found.end(), spans
        if line[position] == "\n":
            stack[:] = ["root"]
        return None


def _move(stack: list[str], new_state: Any) -> None:
    """Pygments' own rules for what follows a match."""
    if isinstance(new_state, tuple):
        for state in new_state:
            _move(stack, state)
    elif isinstance(new_state, int):
        del stack[max(1, len(stack) + new_state) :]
    elif new_state == "#pop":
        if len(stack) > 1:
            stack.pop()
    elif new_state == "#push":
        stack.append(stack[-1])
    else:
        stack.append(new_state)


def in_units(text: str, spans: list[Span]) -> list[Span]:
    """The same spans in Qt's positions."""
    if units(text) == len(text):
        return spans
    ends = list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
    return [(ends[start], ends[start + length] - ends[start], color) for start, length, color in spans]


@cache
def color_of(token: Any) -> str:
    """The theme's colour for a Pygments token, or nothing for plain text."""
    name = str(token)
    return next((color for prefix, color in _COLORS if name.startswith(prefix)), "")


def load(language: str) -> Highlighter | None:
    """What colours a language; None where Pygments does not know it. May take 100 ms."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return Highlighter(get_lexer_by_name(language.lower(), ensurenl=False, stripnl=False))
    except ClassNotFound:
        return None
