"""The catalogue of models: there from the last time, refreshed in the background, one failure never another's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.endpoints import Endpoint, Model, ModelRef, Price
from desktop.core.errors import ConnectFailed, KeyRefused
from desktop.services.model_notes import ModelNotes
from desktop.services.models import Listing, ListState, ModelCatalogue
from tests.until import until

OPENAI = Endpoint(id="openai", name="OpenAI", base_url="https://api.openai.com/v1")
OLLAMA = Endpoint(id="ollama", name="Ollama", base_url="http://127.0.0.1:11434/v1", needs_key=False)


class Servers:
    """What each endpoint says when it is asked: models, or an error; `gate` holds the answers back."""

    def __init__(self) -> None:
        self.said: dict[str, Sequence[str | Model] | Exception] = {}
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self, endpoint: Endpoint) -> list[Model]:
        self.asked.append(endpoint.id)
        said = self.said.get(endpoint.id, [])
        await self.gate.wait()
        if isinstance(said, Exception):
            raise said
        return [model if isinstance(model, Model) else Model(endpoint.id, model) for model in said]


@pytest.fixture
async def servers() -> Servers:
    return Servers()


class Memory:
    """Notes that nobody keeps."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def remembered(self, key: str, default: Any) -> Any:
        return self.kept.get(key, default)

    async def remember(self, key: str, value: object) -> None:
        self.kept[key] = value


def catalogue(tmp_path: Path, servers: Servers, *endpoints: Endpoint) -> ModelCatalogue:
    made = ModelCatalogue(
        cache_file=tmp_path / "models.json", data_dir=tmp_path, fetch=servers.fetch, notes=ModelNotes(Memory())
    )
    made.set_endpoints(endpoints)
    return made


def ids(made: ModelCatalogue) -> list[str]:
    return [model.id for model in made.models()]


async def test_models_come_endpoint_by_endpoint_described_and_only_those_that_chat(
    tmp_path: Path, servers: Servers
) -> None:
    servers.said = {"openai": ["o3-mini", "gpt-4o", "whisper-1"], "ollama": ["qwen2.5:7b"]}
    made = catalogue(tmp_path, servers, OPENAI, OLLAMA)
    await made.load()
    await made.refresh()
    assert ids(made) == ["gpt-4o", "o3-mini", "qwen2.5:7b"]
    gpt, _, qwen = made.models()
    assert (gpt.sees, gpt.context_tokens, gpt.price) == (True, 128_000, Price(2.50, 10.00))
    assert qwen.price == Price(0.0, 0.0)


async def test_the_next_start_has_them_without_asking(tmp_path: Path, servers: Servers) -> None:
    rich = Model("openai", "x", "The X", 5, 6, sees=True, thinks=False, tools=None, price=Price(1.0, 2.0))
    servers.said = {"openai": [rich, "gpt-4o"]}
    first = catalogue(tmp_path, servers, OPENAI)
    await first.load()
    await first.refresh()
    second = catalogue(tmp_path, servers, OPENAI)
    assert second.models() == []
    await second.load()
    assert second.models() == first.models()
    assert rich in second.models()
    assert servers.asked == ["openai"]


async def test_a_fresh_list_is_not_asked_for_again(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": ["gpt-4o"]}
    made = catalogue(tmp_path, servers, OPENAI, OLLAMA)
    await made.load()
    await made.refresh(["openai"])
    await made.refresh(older_than_s=3600)
    assert servers.asked == ["openai", "ollama"]


async def test_a_failure_is_kept_with_its_reason_and_the_others_have_their_lists(
    tmp_path: Path, servers: Servers
) -> None:
    servers.said = {"openai": KeyRefused("The key is refused.", "Enter it again."), "ollama": ["llama3.2"]}
    made = catalogue(tmp_path, servers, OPENAI, OLLAMA)
    await made.load()
    await made.refresh()
    assert ids(made) == ["llama3.2"]
    listing = made.listing("openai")
    assert (listing.state, listing.text, listing.hint) == (ListState.FAILED, "The key is refused.", "Enter it again.")
    assert made.listing("ollama").state is ListState.READY


async def test_a_failure_keeps_the_list_of_the_last_time(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": ["gpt-4o"]}
    made = catalogue(tmp_path, servers, OPENAI)
    await made.load()
    await made.refresh()
    servers.said = {"openai": ConnectFailed("No network.")}
    await made.refresh()
    assert ids(made) == ["gpt-4o"]
    assert made.listing("openai").state is ListState.FAILED
    again = catalogue(tmp_path, servers, OPENAI)
    await again.load()
    assert ids(again) == ["gpt-4o"]


async def test_a_bug_is_told_when_the_others_are_done(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": ZeroDivisionError("bug"), "ollama": ["llama3.2"]}
    made = catalogue(tmp_path, servers, OPENAI, OLLAMA)
    with pytest.raises(ZeroDivisionError):
        await made.refresh()
    assert ids(made) == ["llama3.2"]
    assert made.listing("openai").state is ListState.UNKNOWN


async def test_what_is_going_on_is_told(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": ["gpt-4o"]}
    servers.gate.clear()
    made = catalogue(tmp_path, servers, OPENAI)
    states: list[ListState] = []
    made.on_changed = lambda: states.append(made.listing("openai").state)
    refreshing = asyncio.create_task(made.refresh())
    await until(lambda: servers.asked == ["openai"])
    assert states == [ListState.LOADING]
    servers.gate.set()
    await refreshing
    assert states == [ListState.LOADING, ListState.READY]


async def test_a_cancelled_refresh_leaves_no_list_loading(tmp_path: Path, servers: Servers) -> None:
    servers.gate.clear()
    made = catalogue(tmp_path, servers, OPENAI)
    refreshing = asyncio.create_task(made.refresh())
    await until(lambda: servers.asked == ["openai"])
    refreshing.cancel()
    await asyncio.gather(refreshing, return_exceptions=True)
    assert made.listing("openai").state is ListState.UNKNOWN


async def test_of_two_attempts_the_later_one_counts(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": KeyRefused("The old key is refused.")}
    servers.gate.clear()
    made = catalogue(tmp_path, servers, OPENAI)
    early = asyncio.create_task(made.refresh())
    await until(lambda: servers.asked == ["openai"])
    servers.said = {"openai": ["gpt-4o"]}
    late = asyncio.create_task(made.refresh())
    await until(lambda: servers.asked == ["openai", "openai"])
    servers.gate.set()
    await asyncio.gather(early, late)
    assert made.listing("openai").state is ListState.READY
    assert ids(made) == ["gpt-4o"]


async def test_another_address_has_other_models(tmp_path: Path, servers: Servers) -> None:
    servers.said = {"openai": ["gpt-4o"]}
    made = catalogue(tmp_path, servers, OPENAI)
    await made.load()
    await made.refresh()
    moved = replace(OPENAI, base_url="https://elsewhere.example/v1")
    made.set_endpoints([moved])
    assert made.models() == []
    made.set_endpoints([replace(OPENAI, enabled=False)])
    assert made.models() == []
    made.set_endpoints([OPENAI])
    assert ids(made) == ["gpt-4o"]


async def test_a_model_that_no_list_has_is_known_by_its_name(tmp_path: Path, servers: Servers) -> None:
    made = catalogue(tmp_path, servers, OPENAI)
    assert made.find(ModelRef("openai", "gpt-4o")) == Model("openai", "gpt-4o")
    await made.load()
    assert made.find(ModelRef("openai", "gpt-4o")).sees is True
    assert made.find(ModelRef("gone", "gpt-4o")).sees is True
    assert made.find(ModelRef("openai", "my-own")) == Model("openai", "my-own")


async def test_what_the_user_says_of_models_holds_for_lists_too(tmp_path: Path, servers: Servers) -> None:
    (tmp_path / "models.toml").write_text("[[model]]\nmatch = 'gpt-4o'\nsees = false\n", encoding="utf-8")
    servers.said = {"openai": ["gpt-4o"]}
    made = catalogue(tmp_path, servers, OPENAI)
    await made.load()
    await made.refresh()
    assert made.models()[0].sees is False
    assert made.problem is None


async def test_a_cache_that_cannot_be_written_is_no_failure(
    tmp_path: Path, servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "blocked").write_text("", encoding="utf-8")
    servers.said = {"openai": ["gpt-4o"]}
    made = ModelCatalogue(
        cache_file=tmp_path / "blocked" / "models.json",
        data_dir=tmp_path,
        fetch=servers.fetch,
        notes=ModelNotes(Memory()),
    )
    made.set_endpoints([OPENAI])
    await made.refresh()
    assert ids(made) == ["gpt-4o"]
    assert "models.json cannot be written" in caplog.text


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "name", "models", "base_url", "fetched_at", "price", "context_tokens", "sees"]),
            inner,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=20),
        st.fixed_dictionaries(
            {"version": st.just(1), "endpoints": st.dictionaries(st.just("openai"), json_values)}
        ).map(lambda data: json.dumps(data).encode()),
    )
)
def test_any_cache_is_read_or_left(tmp_path: Path, content: bytes) -> None:
    async def scenario() -> None:
        (tmp_path / "models.json").write_bytes(content)
        made = catalogue(tmp_path, Servers(), OPENAI)
        await made.load()
        assert all(isinstance(model, Model) for model in made.models())
        assert isinstance(made.listing("openai"), Listing)

    asyncio.run(scenario())
