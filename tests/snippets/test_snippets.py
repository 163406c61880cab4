"""Every language's program is run, and the request that arrives is the one that was meant."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from desktop.core.snippets import LANGUAGES, Language, WireRequest, language
from desktop.services.snippets import snippet_text
from tests.gateway import Gateway, answer
from tests.snippets.parses import GRAMMARS
from tests.snippets.toolchains import CHECKOUT, SNIPPETS_PYTHON, TOOLCHAINS

KEY = "sk-never-in-a-program"
VARIABLE = "LIGATURE_KEY_LOOP"
RUNS_ALL = "ALL_SNIPPETS"  # in the environment: slow languages, too
BEARER = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": "Bearer {key}"}
TRICKY = (
    "quotes \" ' ` \\ and \\\" and \\n and \\u0041 and '' and \"\"\" and ''' and ```",
    "lines\nof\r\ntext\ttabs\x00\x01\x1b[0m\x7f \u0085end",
    '$HOME ${HOME} $(id) `id` %s %d %n %% #{1 + 1} #$0 \\(1) {{name}} {name} @"x" ?? ??/ ??\' $key !history',
    "語 繁體中文 ÄÖÜ ß é e\u0301 עברית العربية 👩‍👩‍👧‍👦 🏳️‍🌈 𝒳 \U0010ffff",
    "\u2028line\u2029paragraph\u202eright to left\u200bnothing\ufeffmark\u00a0space",
    'JSON\nEOF\nJSON;\n|json} )---" )" \'\'\' """# `; <?php ?> <!-- --> */ // \\',
    "ends in a backslash \\",
    "",
)
TEXTS: dict[str, Any] = {
    "model": "echo-r1-fusion",
    "stream": True,
    "web-search": True,
    "messages": [
        {"role": "system", "content": TRICKY[0]},
        *({"role": "user", "content": [{"type": "text", "text": text}]} for text in TRICKY),
    ],
}
VALUES: dict[str, Any] = {
    "model": "echo",
    "temperature": 0.30000000000000004,
    "top_p": 1.0,
    "n": 2,
    "seed": 9007199254740993,
    "stop": ["END", "\n\n", "'"],
    "logit_bias": {"50256": -100, "198": 12.5},
    "user": 'o\'brien "x"',
    "nothing": None,
    "empty": {},
    "none": [],
    "deep": {"a": [{"b": [[], {}, [1, "two", None, False]]}], "__proto__": {"x": 1}, "$ref": 1e300, "tiny": -5e-324},
    "ключ 'key'": True,
    "messages": [{"role": "user", "content": "Hello"}],
}
PICTURE: dict[str, Any] = {
    "model": "echo",
    "stream": True,
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "語" * 20_000},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{'iVBORw0KGgo+/' * 20_000}"}},
            ],
        }
    ],
}
OTHER_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "api-key": "{key}",
    "X-Both": "a \"{key}\" 'b' $c `d` \\e %s",
    "X-Title": 'It\'s "quoted" \\ $HOME #{x} 100% ${key}',
}
CASES = {
    "texts": (TEXTS, BEARER),
    "values": (VALUES, {"Content-Type": "application/json", "Accept": "application/json"}),
    "picture": (PICTURE, BEARER),
    "other headers": ({"model": "echo", "messages": [{"role": "user", "content": "Hi"}]}, OTHER_HEADERS),
}


def exact(value: Any) -> Any:
    """A value that is equal to no other: to Python, True is 1, and to JSON, 1.0 is 1."""
    if isinstance(value, dict):
        return {name: exact(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [exact(entry) for entry in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return type(value).__name__, value


def runs(language: Language) -> None:
    """Skips the test where the language cannot be run."""
    toolchain = TOOLCHAINS[language.id]
    if toolchain.slow and not os.environ.get(RUNS_ALL):
        pytest.skip("takes longer than other tests; `make test-snippets` runs it")
    if reason := toolchain.missing():
        pytest.skip(reason)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_the_request_arrives_as_it_was_meant(language: Language, case: str, gateway: Gateway, tmp_path: Path) -> None:
    runs(language)
    body, headers = CASES[case]
    request = WireRequest(f"{gateway.base_url}/chat/completions", headers, body, VARIABLE)
    gateway.then(answer("語言"))
    text = snippet_text(language, request)
    assert KEY not in text
    environment = {VARIABLE: KEY, "PYTHONPATH": str(CHECKOUT), "GOCACHE": str(CHECKOUT / ".venv" / "snippets" / "go")}
    said = TOOLCHAINS[language.id].run(text, tmp_path, environment)
    [arrived] = gateway.chats
    assert (arrived.method, arrived.path) == ("POST", "/v1/chat/completions")
    assert exact(arrived.json) == exact(body)
    for name, value in headers.items():
        assert arrived.headers[name.lower()].partition(";")[0] == value.replace("{key}", KEY), name
    if not any("{key}" in value for value in headers.values()):
        assert "authorization" not in arrived.headers
    assert "語言" in said


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language_id", sorted(GRAMMARS))
def test_a_program_that_may_not_be_runnable_here_is_well_formed(language_id: str, case: str, tmp_path: Path) -> None:
    if not SNIPPETS_PYTHON.exists():
        pytest.skip("the grammars are not installed; `make test-snippets` does it")
    body, headers = CASES[case]
    text = snippet_text(language(language_id), WireRequest("https://example.com/v1", headers, body, VARIABLE))
    file = tmp_path / "program"
    file.write_text(text, encoding="utf-8")
    command: list[str | Path] = [SNIPPETS_PYTHON, CHECKOUT / "tests" / "snippets" / "parses.py", language_id, file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[:2000]}{done.stderr}\n{text[:2000]}"
    assert KEY not in text


def test_every_language_has_tools_and_a_template() -> None:
    assert {language.id for language in LANGUAGES} == set(TOOLCHAINS)
    templates = {path.stem for path in (CHECKOUT / "resources" / "snippets").glob("*.txt")}
    assert templates == set(TOOLCHAINS)
