"""No text breaks out of the literal that a language keeps the body in, and none is changed by it."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.snippets import LANGUAGES, WireRequest, language
from desktop.services.snippets import snippet_text

BEARER = {"Content-Type": "application/json", "Authorization": "Bearer {key}"}
PIECES = [
    "`",
    "'",
    '"',
    "\\",
    "$",
    "{",
    "}",
    "|",
    ")",
    "-",
    "#",
    "?",
    "/",
    "\n",
    "JSON",
    "json}",
    "語",
    "é",
    '---"',
    "@",
]
TRICKY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
BODIES = st.fixed_dictionaries(
    {"model": TRICKY, "messages": st.lists(st.fixed_dictionaries({"role": TRICKY, "content": TRICKY}), max_size=3)},
    optional={"stream": st.booleans()},
)
RAW = {  # what stands before the body, and behind it
    "shell": ("<<'JSON'\n", "\nJSON\n"),
    "swift": ('let body = #"""\n', '\n"""#'),
    "go": ("const body = `", "`\n"),
    "php": ("<<<'JSON'\n", "\nJSON;"),
    "ruby": ("<<'JSON'\n", "\nJSON\n"),
    "ocaml": ("{json|", "|json}"),
    "dart": ("r'''\n", "\n'''"),
    "r": ('r"---(', ')---"'),
}


def program(language_id: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> str:
    request = WireRequest(
        "https://example.com/v1/chat/completions", BEARER if headers is None else headers, body, "KEY"
    )
    return snippet_text(language(language_id), request)


@pytest.mark.parametrize("language_id", RAW)
@given(body=BODIES)
def test_a_raw_literal_ends_where_the_body_ends(language_id: str, body: dict[str, Any]) -> None:
    before, behind = RAW[language_id]
    literal = program(language_id, body).partition(before)[2].partition(behind)[0]
    assert json.loads(literal) == body


@pytest.mark.parametrize("language_id", ["c", "java", "objective_c"])
@given(body=BODIES)
def test_literals_of_lines_make_the_body_again(language_id: str, body: dict[str, Any]) -> None:
    lines = re.findall(r'^ +@?("[{} \]].*?"),?(?:;|\);)?$', program(language_id, body), re.MULTILINE)
    text = "".join(ast.literal_eval(line.replace("?\\?", "??")) for line in lines)
    assert json.loads(text) == body


@given(body=BODIES)
def test_the_verbatim_text_of_c_sharp_is_the_body(body: dict[str, Any]) -> None:
    literal = re.search(r'@"((?:[^"]|"")*)";', program("csharp", body))
    assert literal is not None
    assert json.loads(literal[1].replace('""', '"')) == body


@given(body=BODIES)
def test_editors_find_no_variable_of_theirs_in_an_http_file(body: dict[str, Any]) -> None:
    head, _, text = program("http", body).partition("\n\n")
    assert "Authorization: Bearer {{$processEnv KEY}}" in head
    assert "{{" not in text
    assert json.loads(text) == body


@given(body=BODIES)
def test_python_gets_the_same_values(body: dict[str, Any]) -> None:
    [value] = [
        node.value
        for node in ast.parse(program("python_httpx", body)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "body"
    ]
    assert ast.literal_eval(value) == body


@pytest.mark.parametrize("each", LANGUAGES, ids=lambda each: each.id)
def test_without_a_key_no_program_asks_for_one(each: Any) -> None:
    text = program(each.id, {"model": "m", "messages": []}, {"Content-Type": "application/json"})
    assert "KEY" not in text
    assert "{{" not in text


@pytest.mark.parametrize("each", LANGUAGES, ids=lambda each: each.id)
def test_each_program_reads_the_key_from_the_environment(each: Any) -> None:
    text = program(each.id, {"model": "m", "messages": []})
    assert "KEY" in text
    assert "{key}" not in text


def test_a_language_of_another_version_is_the_usual_one() -> None:
    assert language("cobol").id == "python_httpx"
