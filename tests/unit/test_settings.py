"""config.toml is the user's: read with the line of a mistake, changed in place, and never written over when broken."""

from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.endpoints import Endpoint, Timeouts
from desktop.core.errors import ConfigError, StorageError, UserError
from desktop.services.settings import Paths, Settings, SettingsFile

SECRET = "sk-" + "x" * 40
WRITTEN_BY_HAND = """\
# My own notes.
colour = "teal"   # an unknown key

[ui]
font_scale = 1.2  # my eyes
appearance = "dark"
later = [1, 2]

[[endpoint]]
# work account
id = "openai"
base_url = "https://proxy.example.com/v1"
nickname = "work"   # unknown too

[endpoint.headers]
X-Team = "red"  # ours

[[endpoint]]
id = "deepseek"

[chat]
endpoint = "openai"
model = "gpt-4o"
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path / "data")


@pytest.fixture
def file(paths: Paths) -> SettingsFile:
    return SettingsFile(paths)


def write(paths: Paths, text: str | bytes) -> None:
    paths.create()
    paths.config_file.write_bytes(text if isinstance(text, bytes) else text.encode())


def own(**changes: Any) -> Endpoint:
    return replace(Endpoint(id="mine", name="Mine", base_url="https://example.com/v1"), **changes)


def test_everything_lies_under_the_data_dir(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    assert paths.config_file == tmp_path / "config.toml"
    assert paths.database_file == tmp_path / "ligature.db"
    paths.create()
    assert paths.attachments_dir.is_dir()
    assert paths.logs_dir.is_dir()
    assert Paths.under("relative").data_dir.is_absolute()


def test_the_default_places_are_the_systems() -> None:
    assert "ligature" in str(Paths.default().data_dir)
    assert Paths.default().config_file.name == "config.toml"


def test_no_file_means_defaults_and_makes_none(paths: Paths, file: SettingsFile) -> None:
    assert file.load() == Settings()
    assert not paths.config_file.exists()


def test_a_file_written_by_hand_is_understood(paths: Paths, file: SettingsFile) -> None:
    write(paths, WRITTEN_BY_HAND)
    loaded = file.load()
    assert (loaded.appearance, loaded.font_scale, loaded.chat_model) == ("dark", 1.2, "gpt-4o")
    work, deepseek = loaded.endpoints
    assert work.base_url == "https://proxy.example.com/v1"
    assert work.headers == {"X-Team": "red"}
    assert work.name == "OpenAI"
    assert deepseek.base_url == "https://api.deepseek.com/v1"
    assert deepseek.key_url


def test_a_change_keeps_comments_order_and_unknown_keys(paths: Paths, file: SettingsFile) -> None:
    write(paths, WRITTEN_BY_HAND)
    saved = file.save({"font_scale": 1.5, "fusion_enabled": True})
    assert saved == file.load()
    assert saved.font_scale == 1.5
    text = paths.config_file.read_text(encoding="utf-8")
    assert text.startswith(WRITTEN_BY_HAND.replace("font_scale = 1.2", "font_scale = 1.5"))


def test_an_endpoint_changes_in_place(paths: Paths, file: SettingsFile) -> None:
    write(paths, WRITTEN_BY_HAND)
    openai = file.load().endpoints[0]
    saved = file.save_endpoint(replace(openai, headers={"X-Team": "blue"}, enabled=False, body={"seed": 7}))
    assert saved == file.load()
    assert saved.endpoints[0].body == {"seed": 7}
    text = paths.config_file.read_text(encoding="utf-8")
    for kept in ("# My own notes.", "# work account", 'nickname = "work"   # unknown too', "# ours", "[chat]"):
        assert kept in text


def test_an_endpoint_is_added_and_removed(paths: Paths, file: SettingsFile) -> None:
    write(paths, WRITTEN_BY_HAND)
    added = own(
        headers={"X-Key": "{key}"},
        body={"provider": {"order": ["a"]}},
        timeouts=Timeouts(first_byte_s=12.5),
        ca_file="/etc/ca.pem",
    )
    file.save_endpoint(added)
    assert file.load().endpoint("mine") == added
    file.remove_endpoint("openai")
    file.remove_endpoint("mine")
    assert [endpoint.id for endpoint in file.load().endpoints] == ["deepseek"]
    file.remove_endpoint("deepseek")
    assert file.load().endpoints == ()
    assert "# My own notes." in paths.config_file.read_text(encoding="utf-8")


def test_only_what_the_preset_does_not_say_is_written(paths: Paths, file: SettingsFile) -> None:
    write(paths, '[[endpoint]]\nid = "ai302"\n')
    preset = file.load().endpoints[0]
    file.remove_endpoint("ai302")
    file.save_endpoint(preset)
    table = tomllib.loads(paths.config_file.read_text(encoding="utf-8"))["endpoint"][0]
    assert table == {"id": "ai302", "name": "302.AI", "base_url": "https://api.302.ai/v1"}


def test_a_second_account_at_a_known_address_is_known_too(paths: Paths, file: SettingsFile) -> None:
    write(paths, '[[endpoint]]\nid = "second"\nname = "Second"\nbase_url = "https://api.302.ai/v1/chat/completions"\n')
    (second,) = file.load().endpoints
    assert (second.id, second.name, second.balance_path) == ("second", "Second", "/dashboard/balance")
    file.save_endpoint(replace(second, name="2nd"))
    assert file.load().endpoints[0].balance_path == "/dashboard/balance"


def test_endpoints_written_as_an_array_can_be_changed(paths: Paths, file: SettingsFile) -> None:
    write(paths, 'endpoint = [\n  { id = "deepseek" }, # one\n]\n')
    file.save_endpoint(own())
    file.save_endpoint(own(name="Ours"))
    assert [endpoint.name for endpoint in file.load().endpoints] == ["DeepSeek", "Ours"]


def test_the_file_is_for_the_user_alone_and_nothing_is_left_beside_it(paths: Paths, file: SettingsFile) -> None:
    file.save({"notify": False})
    if sys.platform != "win32":
        assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600
    assert [path.name for path in paths.data_dir.iterdir()] == ["config.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_a_link_to_the_real_file_stays_a_link(paths: Paths, file: SettingsFile, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n", encoding="utf-8")
    paths.create()
    paths.config_file.symlink_to(real)
    file.save({"notify": False})
    assert paths.config_file.is_symlink()
    assert "# mine" in real.read_text(encoding="utf-8")


def test_nothing_is_written_when_nothing_changes(paths: Paths, file: SettingsFile) -> None:
    write(paths, WRITTEN_BY_HAND)
    before = paths.config_file.stat()
    file.save({"appearance": "dark"})
    assert paths.config_file.stat().st_mtime_ns == before.st_mtime_ns


def test_changes_made_in_an_editor_meanwhile_are_kept(paths: Paths, file: SettingsFile) -> None:
    write(paths, "[ui]\nfont_scale = 1.0\n")
    file.load()
    write(paths, "[ui]\nfont_scale = 1.3\n")
    assert file.save({"appearance": "light"}).font_scale == 1.3


def test_windows_line_ends_and_byte_order_mark_are_read(paths: Paths, file: SettingsFile) -> None:
    write(paths, b'\xef\xbb\xbf[ui]\r\nappearance = "dark"\r\n')
    assert file.load().appearance == "dark"
    assert file.save({"notify": False}).appearance == "dark"


MISTAKES = [
    ("[ui]\nfont_scale = \n", 2, "Invalid value"),
    ("[ui\n", 1, ""),
    ('a = "open\n', 1, ""),
    (b"[ui]\n# caf\xe9\n", 2, "UTF-8"),
    ('[ui]\n\nfont_scale = "big"\n', 3, "font_scale must be a number"),
    ("[ui]\nfont_scale = true\n", 2, "font_scale must be a number"),
    ("[ui]\nfont_scale = 9\n", 2, "between 0.7 and 2.0"),
    ('[ui]\nnotify = "yes"\n', 2, "true or false"),
    ('[ui]\nappearance = "pink"\n', 2, "system, light, dark"),
    ("ui = 3\n", 1, "[ui]"),
    ("[endpoint]\nid = 1\n", 1, "[[endpoint]]"),
    ('[[endpoint]]\nname = "x"\n', 1, "needs an id"),
    ('[[endpoint]]\nid = "302ai"\n', 2, "302ai"),
    ('[[endpoint]]\nid = "local"\n', 2, "belongs to Ligature"),
    ('[[endpoint]]\nid = "deepseek"\n\n[[endpoint]]\nid = "deepseek"\n', 5, "two endpoints"),
    ('[[endpoint]]\nid = "x"\n', 1, "address is missing"),
    ('[[endpoint]]\nid = "x"\nbase_url = "ftp://x"\n', 3, "https://"),
    ('[[endpoint]]\nid = "openai"\nenabled = "no"\n', 3, "true or false"),
    ('[[endpoint]]\nid = "openai"\nbody = 1\n', 3, "a table"),
    ('[[endpoint]]\nid = "openai"\nheaders = { A = 1 }\n', 3, "texts in quotes"),
    ('[[endpoint]]\nid = "openai"\ntimeouts = { gap_s = -1 }\n', 3, "gap_s"),
    (
        '[[endpoint]]\nid = "deepseek"\n[[endpoint]]\nid = "openai"\n[endpoint.headers]\nx-api-key = "abc"\n',
        5,
        "key wri",
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_the_file_is_never_written(
    paths: Paths, file: SettingsFile, text: str | bytes, line: int, words: str
) -> None:
    write(paths, text)
    before = paths.config_file.read_bytes()
    with pytest.raises(ConfigError) as told:
        file.load()
    assert told.value.line == line
    assert f"config.toml, line {line}" in told.value.text
    assert words in told.value.text
    with pytest.raises(ConfigError):
        file.save({"notify": False})
    with pytest.raises(ConfigError):
        file.save_endpoint(own())
    with pytest.raises(ConfigError):
        file.remove_endpoint("openai")
    assert paths.config_file.read_bytes() == before
    write(paths, "")
    assert not file.save({"notify": False}).notify


def test_a_file_that_cannot_be_read_is_told(paths: Paths, file: SettingsFile) -> None:
    paths.config_file.mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read"):
        file.load()


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    paths = replace(Paths.under(tmp_path), config_file=blocked / "config.toml")
    with pytest.raises(UserError):
        SettingsFile(paths).save({"notify": False})


def test_a_failed_write_leaves_the_old_file_and_no_other(
    paths: Paths, file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(paths, WRITTEN_BY_HAND)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        file.save({"notify": False})
    assert paths.config_file.read_text(encoding="utf-8") == WRITTEN_BY_HAND
    assert {path.name for path in paths.data_dir.iterdir()} == {"config.toml", "attachments", "logs"}


@pytest.mark.parametrize(
    "endpoint",
    [
        own(headers={"Authorization": f"Bearer {SECRET}"}),
        own(body={"token": SECRET}),
        own(body={"nothing": None}),
        own(base_url="https://me:word@example.com/v1"),
        own(id="Not an id"),
        own(proxy="http://me:word@proxy:1"),
    ],
)
def test_an_endpoint_with_a_key_in_it_is_refused_and_not_written(
    paths: Paths, file: SettingsFile, endpoint: Endpoint
) -> None:
    with pytest.raises(UserError) as refused:
        file.save_endpoint(endpoint)
    assert "line" not in refused.value.text
    assert SECRET not in str(refused.value)
    assert not paths.config_file.exists()


def test_a_setting_that_cannot_be_is_refused(file: SettingsFile) -> None:
    for changes in ({"font_scale": 5.0}, {"appearance": "pink"}, {"fusion_pass_on": "nothing"}):
        with pytest.raises(UserError):
            file.save(changes)


def test_a_broken_preset_of_the_users_is_told_and_left_out(paths: Paths, file: SettingsFile) -> None:
    write(paths, '[[endpoint]]\nid = "deepseek"\n')
    (paths.data_dir / "endpoints").mkdir()
    (paths.data_dir / "endpoints" / "deepseek.toml").write_text("name = \n", encoding="utf-8")
    loaded = file.load()
    assert loaded.endpoints[0].name == "DeepSeek"
    assert [problem.line for problem in loaded.problems] == [1]


def test_loading_imports_nothing_slow(paths: Paths) -> None:
    write(paths, WRITTEN_BY_HAND)
    script = (
        "import sys; from desktop.services.settings import Paths, SettingsFile;"
        f"SettingsFile(Paths.under({str(paths.data_dir)!r})).load();"
        "print(sorted({'tomlkit', 'platformdirs', 'httpx', 'keyring', 'asyncio', 'json'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


comments = st.sampled_from(["", "# a note\n", "\n", "\n# [ui]\n\n"])
values = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
endpoints = st.builds(
    lambda stem, name, body, enabled: own(id=stem, name=name, body=body, enabled=enabled),
    st.sampled_from(["mine", "openai", "deepseek", "ollama"]),
    st.text(max_size=8).map(lambda text: text.strip() or "x"),
    st.dictionaries(st.text(max_size=4), values, max_size=3),
    st.booleans(),
)
hand_written = st.lists(
    st.sampled_from(
        [
            '[[endpoint]]\nid = "openai" # a\nextra = [1, # b\n 2]\n',
            '[[endpoint]]\nid = "deepseek"\n[endpoint.headers]\nA = "b"\n',
            '[ui]\nappearance = "dark" # d\n',
            "[other]\nx.y = 1\n[other.z]\nq = 2\n",
            '[chat]\nmodel = "m"\n',
        ]
    ),
    unique=True,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_saved_is_what_is_read_and_comments_survive(tmp_path: Path, data: st.DataObject) -> None:
    paths = Paths.under(tmp_path)
    parts = data.draw(hand_written)
    write(paths, "".join(data.draw(comments) + part for part in parts))
    file = SettingsFile(paths)
    for endpoint in data.draw(st.lists(endpoints, max_size=3)):
        assert file.save_endpoint(endpoint) == file.load()
        found = file.load().endpoint(endpoint.id)
        assert found is not None
        assert (found.name, found.body, found.enabled) == (endpoint.name, endpoint.body, endpoint.enabled)
    scale = data.draw(st.floats(0.7, 2.0))
    assert file.save({"font_scale": scale}).font_scale == file.load().font_scale == scale
    text = paths.config_file.read_text(encoding="utf-8")
    for mark in ("# a\n", "# b\n", "# d\n"):
        assert (mark in text) == any(mark in part for part in parts)


def test_a_data_folder_that_cannot_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made"):
        Paths.under(tmp_path / "file").create()
