"""What the user says of a model comes before what a probe found, that before lists, and lists before models.toml."""

from __future__ import annotations

from pathlib import Path

from desktop.core.endpoints import Endpoint, Model, ModelRef, Price
from desktop.services.model_notes import Fact, ModelNotes, Source
from desktop.services.models import ModelCatalogue
from desktop.services.store import Store

OPENAI = Endpoint("openai", "OpenAI", "https://api.openai.com/v1")
REF = ModelRef("openai", "gpt-4o")


async def listed(_endpoint: Endpoint) -> list[Model]:
    return [Model("openai", "gpt-4o", context_tokens=100_000)]


async def test_each_fact_comes_from_the_first_who_says_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "test.db")
    notes = ModelNotes(store)
    catalogue = ModelCatalogue(cache_file=tmp_path / "models.json", data_dir=tmp_path, fetch=listed, notes=notes)
    catalogue.set_endpoints([OPENAI])
    await catalogue.load()
    await catalogue.refresh()
    facts = catalogue.facts(REF)
    assert (facts["context_tokens"].value, facts["context_tokens"].source) == (100_000, Source.LIST)
    assert facts["context_tokens"].at > 0
    assert facts["sees"] == Fact(True, Source.KNOWN)
    assert facts["price"] == Fact(Price(2.5, 10.0), Source.KNOWN)

    await notes.find(REF, {"sees": False, "thinks": True, "thinking_field": "reasoning"})
    await notes.say(REF, "thinks", False)
    await notes.say(REF, "price", Price(1.0, 2.0))
    catalogue.notes_changed("openai")
    facts = catalogue.facts(REF)
    assert (facts["sees"].value, facts["sees"].source) == (False, Source.PROBE)
    assert facts["thinks"] == Fact(False, Source.USER)
    model = catalogue.find(REF)
    assert (model.sees, model.thinks, model.price, model.context_tokens) == (False, False, Price(1.0, 2.0), 100_000)

    again = ModelNotes(store)
    assert again.said(REF) == {"thinks": False, "price": Price(1.0, 2.0)}
    assert again.models() == [REF]
    probed = again.probed(REF)
    assert probed is not None
    assert (probed.found, probed.thinking_field) == ({"sees": False, "thinks": True}, "reasoning")
    await again.say(REF, "thinks", None)
    await again.say(REF, "price", None)
    await again.forget_probe(REF)
    assert (again.models(), again.put_over(model)) == ([], model)
    store.close()


async def test_a_model_that_no_list_has_is_described_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "test.db")
    notes = ModelNotes(store)
    await notes.say(ModelRef("openai", "mine"), "context_tokens", 4096)
    catalogue = ModelCatalogue(cache_file=tmp_path / "models.json", data_dir=tmp_path, fetch=listed, notes=notes)
    catalogue.set_endpoints([OPENAI])
    assert catalogue.find(ModelRef("openai", "mine")).context_tokens == 4096
    store.close()
