from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ConfigError, UserError
from desktop.core.features import in_force, model_name, switched
from desktop.core.fusion import Splice
from desktop.services.paths import Paths
from desktop.services.presets import presets
from desktop.services.settings import Settings, SettingsFile
from desktop.services.splices import Splices

ENDPOINT = """
[[endpoint]]
id = "ai302"
name = "302.AI"
base_url = "https://api.302.ai/v1"
"""


def load(tmp_path: Path, more: str = "") -> Settings:
    paths = Paths.under(tmp_path)
    paths.create()
    paths.config_file.write_text(ENDPOINT + more, encoding="utf-8")
    return SettingsFile(paths).load()


def test_the_gateways_suffixes_stack_as_its_makers_write_them() -> None:
    [gateway] = [endpoint for endpoint in presets() if endpoint.id == "ai302"]
    chosen = switched(switched({}, "web_search", on=True), "reasoning", on=True)
    assert model_name("gpt-4o", in_force(gateway.features, chosen, sees=True)) == "gpt-4o-r1-fusion-web-search"
    chosen = switched(switched({}, "web_search", on=True), "image_analysis", on=True)
    assert model_name("deepseek-r1", in_force(gateway.features, chosen, sees=False)) == "deepseek-r1-ocr-web-search"


def test_a_feature_can_be_changed_in_the_config_without_saying_the_others(tmp_path: Path) -> None:
    settings = load(tmp_path, '[[endpoint.features]]\nid = "reasoning"\nsend = "body"\nsuffix = "-fusion"\n')
    [endpoint] = settings.endpoints
    by_id = {feature.id: feature for feature in endpoint.features}
    assert (by_id["reasoning"].send, by_id["reasoning"].suffix) == ("body", "-fusion")
    assert by_id["reasoning"].thinker == "deepseek-r1"
    assert by_id["web_search"].suffix == "-web-search"


def test_a_feature_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="one of suffix, body"):
        load(tmp_path, '[[endpoint.features]]\nid = "reasoning"\nsend = "smoke"\n')


def test_saving_an_endpoint_keeps_its_own_features(tmp_path: Path) -> None:
    settings = load(tmp_path, '[[endpoint.features]]\nid = "own"\nsuffix = "-own"\n')
    file = SettingsFile(Paths.under(tmp_path))
    file.save_endpoint(settings.endpoints[0])
    assert file.load() == settings


def test_a_splice_of_the_users_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    splices = Splices(tmp_path)
    shipped = splices.text(Splice.THINKING)
    splices.save(Splice.THINKING, "{question}\n\nHint: {thinking}")
    assert splices.text(Splice.THINKING) == "{question}\n\nHint: {thinking}"
    splices.save(Splice.THINKING, shipped)
    assert splices.text(Splice.THINKING) == shipped
    assert not (tmp_path / "splices" / "thinking.txt").exists()


def test_a_broken_splice_of_the_users_own_is_not_used(tmp_path: Path) -> None:
    splices = Splices(tmp_path)
    (tmp_path / "splices").mkdir()
    (tmp_path / "splices" / "thinking.txt").write_text("no question", encoding="utf-8")
    assert splices.text(Splice.THINKING) == splices.shipped(Splice.THINKING)
    with pytest.raises(UserError, match="thinking"):
        splices.save(Splice.THINKING, "{question}")


@pytest.mark.parametrize("splice", Splice)
def test_every_shipped_splice_says_all_it_is_there_for(splice: Splice, tmp_path: Path) -> None:
    Splices(tmp_path).save(splice, Splices(tmp_path).shipped(splice))
