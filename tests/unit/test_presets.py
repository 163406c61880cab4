"""The shipped presets and models, and the user's own before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.endpoint_rules import check_headers, check_id, clean_base_url, is_loopback
from desktop.core.endpoints import Endpoint, Model, Price
from desktop.services.known_models import KnownModel, KnownModels, known_models
from desktop.services.presets import presets, read_presets

OPENAI = Endpoint(id="openai", name="OpenAI", base_url="https://api.openai.com/v1")
GATEWAY = Endpoint(id="ai302", name="302.AI", base_url="https://api.302.ai/v1")
OLLAMA = Endpoint(id="ollama", name="Ollama", base_url="http://127.0.0.1:11434/v1", needs_key=False)


def describe(model_id: str, endpoint: Endpoint = OPENAI) -> Model:
    return known_models().describe(Model(endpoint.id, model_id), endpoint)


def own_file(directory: Path, name: str, text: str) -> None:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_services_are_offered_in_the_order_of_the_design_and_then_the_local_servers() -> None:
    names = [endpoint.name for endpoint in presets()]
    services = ["302.AI", "OpenAI", "Anthropic", "Gemini", "DeepSeek", "OpenRouter", "SiliconFlow", "Moonshot", "Zhipu"]
    assert names == [*services, "Own server", "Ollama", "LM Studio", "llama.cpp", "vLLM"]


@pytest.mark.parametrize("endpoint", presets(), ids=lambda endpoint: endpoint.id)
def test_every_preset_can_be_kept_as_it_stands(endpoint: Endpoint) -> None:
    check_id(endpoint.id)
    check_headers(endpoint.headers)
    assert endpoint.enabled
    if endpoint.id != "own":
        assert clean_base_url(endpoint.base_url) == endpoint.base_url
    if endpoint.needs_key:
        assert endpoint.key_url.startswith("https://")
        assert endpoint.test_model


def test_local_servers_are_found_by_their_usual_ports_and_need_no_key() -> None:
    local = {endpoint.id: endpoint for endpoint in presets() if is_loopback(endpoint.base_url)}
    ports = {endpoint_id: endpoint.base_url.split(":")[2].split("/")[0] for endpoint_id, endpoint in local.items()}
    assert ports == {"ollama": "11434", "lmstudio": "1234", "llamacpp": "8080", "vllm": "8000"}
    assert not any(endpoint.needs_key for endpoint in local.values())


def test_the_users_preset_replaces_field_by_field_and_may_add_one(tmp_path: Path) -> None:
    own_file(tmp_path, "endpoints/ai302.toml", 'base_url = "https://api.302ai.cn/v1"\n')
    own_file(tmp_path, "endpoints/ours.toml", 'name = "Ours"\nbase_url = "https://x.test/v1"\norder = 5\n')
    found = presets(tmp_path)
    assert found[0].name == "Ours"
    assert (found[1].base_url, found[1].models_query) == ("https://api.302ai.cn/v1", "llm=1")


@pytest.mark.parametrize("text", ["name = ", "name = 3", "needs_key = 'no'", "timeouts = { gap_s = 'x' }", b"\xff"])
def test_a_broken_preset_of_the_users_is_told_and_the_shipped_one_used(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "endpoints" / "openai.toml"
    path.parent.mkdir()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_presets(tmp_path)
    assert found.of("openai").name == "OpenAI"
    (problem,) = found.problems
    assert "openai.toml, line 1" in problem.text


@pytest.mark.parametrize(
    ("model_id", "sees", "thinks"),
    [
        ("gpt-4o", True, False),
        ("gpt-4o-2024-08-06", True, False),
        ("gpt-4o-audio-preview", False, False),
        ("gpt-4.1-mini", True, False),
        ("gpt-5-mini", True, True),
        ("o3-mini", False, True),
        ("o4-mini", True, True),
        ("gpt-3.5-turbo", False, False),
        ("claude-sonnet-4-5-20250929", True, True),
        ("anthropic/claude-3.5-sonnet", True, False),
        ("models/gemini-2.5-flash", True, True),
        ("deepseek-chat", False, False),
        ("deepseek-reasoner", False, True),
        ("deepseek-ai/DeepSeek-R1", False, True),
        ("deepseek-ai/DeepSeek-V3", False, False),
        ("deepseek-r1:8b", False, True),
        ("Qwen/Qwen2.5-7B-Instruct", False, False),
        ("Qwen/Qwen2.5-VL-72B-Instruct", True, None),
        ("qwen3:8b", False, True),
        ("llama3.2:3b", False, False),
        ("llama3.2-vision", True, False),
        ("kimi-k2-thinking", False, True),
        ("glm-4-flash", False, False),
        ("glm-4v-plus", True, False),
        ("SmolLM2-135M-Instruct", False, False),
        ("somebody's-own-model", None, None),
    ],
)
def test_well_known_models_are_known_by_name(model_id: str, sees: bool | None, thinks: bool | None) -> None:
    model = describe(model_id)
    assert (model.sees, model.thinks) == (sees, thinks)


def test_figures_of_the_picker() -> None:
    model = describe("gpt-4o")
    assert (model.context_tokens, model.price) == (128_000, Price(2.50, 10.00))


def test_a_vendors_price_holds_at_the_vendor_only_and_this_computer_is_free() -> None:
    assert describe("gpt-4o", GATEWAY).price is None
    assert describe("deepseek-r1:8b", OLLAMA).price == Price(0.0, 0.0)
    assert known_models().describe(Model("gone", "gpt-4o"), None).price is None


def test_what_the_endpoint_says_comes_first() -> None:
    said = Model("ai302", "gpt-4o", context_tokens=5, sees=False, price=Price(9.0, 9.0))
    model = known_models().describe(said, GATEWAY)
    assert (model.context_tokens, model.sees, model.price) == (5, False, Price(9.0, 9.0))
    assert model.tools is True


@pytest.mark.parametrize("model_id", ["text-embedding-3-small", "whisper-1", "dall-e-3", "tts-1-hd", "BAAI/bge-m3"])
def test_models_that_do_not_chat_are_known(model_id: str) -> None:
    assert not known_models().chats(model_id)


@pytest.mark.parametrize("model_id", ["gpt-4o", "deepseek-r1", "claude-opus-4-1", "anything-else", "aquila"])
def test_other_models_chat(model_id: str) -> None:
    assert known_models().chats(model_id)


def test_the_users_models_come_first(tmp_path: Path) -> None:
    own_file(
        tmp_path,
        "models.toml",
        '[[model]]\nmatch = "gpt-4o*"\nsees = false\n\n[[model]]\nmatch = ["mine*"]\nthinks = true\n',
    )
    known = known_models(tmp_path)
    assert known.describe(Model("openai", "gpt-4o"), OPENAI).sees is False
    assert known.describe(Model("openai", "mine-1"), OPENAI).thinks is True
    assert known.describe(Model("openai", "gpt-4.1"), OPENAI).sees is True


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[model]]\nmatch = \n", 2),
        ("[[model]]\nsees = true\n", 1),
        ("[[model]]\nmatch = ['a']\n\n[[model]]\nmatch = ['b', 3]\n", 5),
        ("[[model]]\nmatch = ['b']\nsees = 1\n", 2),
        ("model = 3\n", 1),
    ],
)
def test_a_mistake_in_the_users_models_is_told_and_the_shipped_ones_used(tmp_path: Path, text: str, line: int) -> None:
    own_file(tmp_path, "models.toml", text)
    known = known_models(tmp_path)
    assert known.problem is not None
    assert known.problem.line == line
    assert known.chats("gpt-4o")
    assert known.entry("gpt-4o") is not None


@given(st.lists(st.text(alphabet="ab*", min_size=1, max_size=5), min_size=1, max_size=6), st.text("ab", max_size=6))
def test_the_first_pattern_that_fits_wins(patterns: list[str], model_id: str) -> None:
    from fnmatch import fnmatchcase

    known = KnownModels(tuple(KnownModel((pattern,), context_tokens=n) for n, pattern in enumerate(patterns)))
    fitting = [n for n, pattern in enumerate(patterns) if fnmatchcase(model_id, pattern)]
    entry = known.entry(model_id)
    assert (entry.context_tokens if entry else None) == (fitting[0] if fitting else None)


def test_nothing_known_knows_nothing() -> None:
    assert KnownModels().entry("gpt-4o") is None
