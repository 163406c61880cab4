r"""A request as a short program in one of many languages, with the key read from the environment.

The program itself is a template (resources/snippets/); here is how each language writes texts. Most of them take the
body as JSON in a literal in which nothing has a second meaning. What would end that literal is written as `\\u…`, which
JSON understands, so that no language needs rules of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.endpoint_rules import KEY_PLACEHOLDER
from desktop.core.json_text import Words, escaped, pretty, quoted

LONGEST_LITERAL = 4000  # characters: MSVC takes 16 KB in one literal, Java 64 KB
LONGEST_LINE_OF_R = 4000  # bytes: R cannot read longer ones in which a character takes several
LARGEST_EXACT_INTEGER = 2**53 - 1  # of JavaScript
PYTHON = Words("True", "False", "None")
OPENAI_ARGUMENTS = frozenset(
    "frequency_penalty logit_bias logprobs max_completion_tokens max_tokens messages model n presence_penalty"
    " reasoning_effort response_format seed stop stream stream_options temperature tool_choice tools top_logprobs"
    " top_p user".split()
)
_PLACEHOLDER = re.compile(r"\{\{(url|base|variable|quoted_variable|name|value|header|body)\}\}")
_CONDITION = re.compile(r"\{\{\?(stream|whole|key|bearer|other|more)\}\}")
_HEADER = re.compile(r"\{\{(name|value|header)\}\}")

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request as it goes out. `{key}` in a header stands for the key, which `key_variable` has."""

    url: str
    headers: Mapping[str, str]
    body: Body
    key_variable: str

    @property
    def streams(self) -> bool:
        """Whether the answer comes in pieces."""
        return bool(self.body.get("stream"))

    @property
    def needs_key(self) -> bool:
        """Whether a header has the key in it."""
        return any(KEY_PLACEHOLDER in value for value in self.headers.values())

    @property
    def bears_key(self) -> bool:
        """Whether the key stands where OpenAI's own clients put it."""
        return self.headers.get("Authorization") == f"Bearer {KEY_PLACEHOLDER}"


def escaper(*characters: str) -> Callable[[str], str]:
    """What puts a backslash before each of these characters."""
    pattern = re.compile("|".join(map(re.escape, characters)))
    return lambda text: pattern.sub(lambda match: "\\" + match[0], text)


_for_double_quotes = escaper("\\", '"')
_for_single_quotes = escaper("\\", "'")
_for_dart = escaper("\\", "'", "$")


def _double(text: str) -> str:
    return f'"{_for_double_quotes(text)}"'


def _single(text: str) -> str:
    return f"'{_for_single_quotes(text)}'"


def _dart(text: str) -> str:
    return f"'{_for_dart(text)}'"


def _java(text: str) -> str:
    return _double(text).replace("\n", "\\n")


def _c(text: str) -> str:
    return _java(text).replace("??", "?\\?")  # ??/ is a backslash to old compilers


def _objective_c(text: str) -> str:
    return "@" + _c(text)


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _plain(text: str) -> str:
    return text


def _added(parts: Iterable[str]) -> str:
    return " + ".join(parts)


def raw(*endings: str) -> Callable[[Body], str]:
    """The body as JSON, without what would end the literal that it stands in."""

    def write(body: Body) -> str:
        text = pretty(body)
        for ending in endings:
            text = text.replace(ending, ending[:-1] + escaped(ending[-1]))
        return text

    return write


def in_pieces(quote: Callable[[str], str], separator: str) -> Callable[[Body], str]:
    """The body as JSON in many short literals, for languages that have no long ones."""
    return lambda body: separator.join(map(quote, _pieces(pretty(body), LONGEST_LITERAL)))


def _pieces(text: str, longest: int) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), longest):
            yield line[start : start + longest]


def _python(body: Body) -> str:
    return pretty(body, PYTHON)


def _python_openai(body: Body) -> str:
    """The arguments of `create()`; what it does not know by name goes into its `extra_body`."""
    known = {name: value for name, value in body.items() if name in OPENAI_ARGUMENTS}
    others = {name: value for name, value in body.items() if name not in OPENAI_ARGUMENTS}
    if others:
        known["extra_body"] = others
    return "\n".join(f"{name}={pretty(value, PYTHON)}," for name, value in known.items())


def _javascript(body: Body) -> str:
    """An object, unless JavaScript would make another value of it."""
    if _is_exact_in_javascript(body):
        return f"JSON.stringify({pretty(body)})"
    return quoted(pretty(body))


def _is_exact_in_javascript(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "__proto__" not in value and all(map(_is_exact_in_javascript, value.values()))
    if isinstance(value, list):
        return all(map(_is_exact_in_javascript, value))
    return not isinstance(value, int) or abs(value) <= LARGEST_EXACT_INTEGER


def _csharp(body: Body) -> str:
    return '@"' + pretty(body).replace('"', '""') + '"'


def _r(body: Body) -> str:
    """A raw text, unless one of its lines is too long."""
    text = pretty(body).replace(')---"', escaped(")") + '---"')
    if all(len(line.encode()) < LONGEST_LINE_OF_R for line in text.splitlines()):
        return f'r"---({text})---"'
    literals = ",\n".join(map(_java, _pieces(text, LONGEST_LINE_OF_R // 5)))
    return f"paste0(\n{literals}\n)"


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes texts. `key` is where its template has put the key; `short` is its name on a button."""

    id: str
    label: str
    quote: Callable[[str], str]
    body: Callable[[Body], str]
    short: str = ""
    join: Callable[[Iterable[str]], str] = _added
    key: str = "key"
    own_headers: frozenset[str] = field(default=frozenset())  # those that its library or its template sets

    @property
    def name(self) -> str:
        """What a button says."""
        return self.short or self.label


_CONTENT_TYPE = frozenset({"Content-Type"})

LANGUAGES = (
    Language("shell", "Shell (curl)", _shell, raw(), "curl", join="".join, key='"${{variable}}"'),
    Language("javascript", "JavaScript (fetch)", quoted, _javascript, "JavaScript"),
    Language("java", "Java (OkHttp)", _java, in_pieces(_java, ",\n"), "Java", own_headers=_CONTENT_TYPE),
    Language("swift", "Swift", _double, raw('"#')),
    Language("go", "Go", _double, raw("`")),
    Language("php", "PHP", _single, raw(), join=" . ".join, key="$key"),
    Language("python_httpx", "Python (httpx)", _double, _python, "Python"),
    Language(
        "python_openai",
        "Python (openai)",
        _double,
        _python_openai,
        "Python (openai)",
        own_headers=frozenset({"Accept", "Authorization", "Content-Type"}),
    ),
    Language("http", "HTTP", _plain, raw("{{"), join="".join, key="{{$processEnv {{variable}}}}"),
    Language("c", "C (libcurl)", _c, in_pieces(_c, "\n"), "C", join=", ".join),
    Language("csharp", "C#", _double, _csharp, own_headers=_CONTENT_TYPE),
    Language(
        "objective_c",
        "Objective-C",
        _objective_c,
        in_pieces(_objective_c, "\n"),
        join=lambda parts: f'[@[{", ".join(parts)}] componentsJoinedByString:@""]',
    ),
    Language("ruby", "Ruby", _single, raw()),
    Language("ocaml", "OCaml", _double, raw("|json}"), join=" ^ ".join),
    Language("dart", "Dart", _dart, raw("'''")),
    Language("r", "R", _double, _r, join=lambda parts: f"paste0({', '.join(parts)})"),
)


def language(language_id: str) -> Language:
    """The language with this id; the usual one for an id of another version."""
    found = {each.id: each for each in LANGUAGES}
    return found.get(language_id, found["python_httpx"])


def snippet(language: Language, template: str, request: WireRequest) -> str:
    """The program. A line about a header stands once for each; a line with a condition only where it holds."""
    headers = _headers_for(language, request)
    holds = {
        "stream": request.streams,
        "whole": not request.streams,
        "key": request.needs_key,
        "bearer": request.bears_key,
        "other": not request.bears_key,
        "more": bool(headers) or not request.bears_key,
    }
    return "".join(
        _filled(language, _CONDITION.sub("", line), request, header)
        for line in template.splitlines(keepends=True)
        if all(holds[condition] for condition in _CONDITION.findall(line))
        for header in (headers if _HEADER.search(line) else [("", "")])
    )


def _headers_for(language: Language, request: WireRequest) -> list[tuple[str, str]]:
    """The headers that a template must set: a library sets some by itself."""
    own = language.own_headers - (frozenset() if request.bears_key else {"Authorization"})
    return [(name, value) for name, value in request.headers.items() if name not in own]


def _filled(language: Language, line: str, request: WireRequest, header: tuple[str, str]) -> str:
    name, value = header
    indent = line[: len(line) - len(line.lstrip())]
    values: dict[str, Callable[[], str]] = {
        "url": lambda: language.quote(request.url),
        "base": lambda: language.quote(request.url.removesuffix("/chat/completions")),
        "variable": lambda: request.key_variable,
        "quoted_variable": lambda: language.quote(request.key_variable),
        "name": lambda: language.quote(name),
        "value": lambda: _with_key(language, value, request),
        "header": lambda: _with_key(language, f"{name}: {value}", request),
        "body": lambda: language.body(request.body).replace("\n", "\n" + indent),
    }
    return _PLACEHOLDER.sub(lambda match: values[match[1]](), line)


def _with_key(language: Language, value: str, request: WireRequest) -> str:
    """A header's value as the language writes it, with the key in its places."""
    texts = value.split(KEY_PLACEHOLDER)
    if len(texts) == 1:
        return language.quote(value)
    key = language.key.replace("{{variable}}", request.key_variable)
    parts = [part for text in texts for part in (key, language.quote(text) if text else "")][1:]
    filled = [part for part in parts if part]
    return language.join(filled) if len(filled) > 1 else key
