"""Commands that answer calls: what they are given, what they give, and how they end."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from desktop.core.errors import ConfigError
from desktop.core.tool_commands import ToolCommand
from desktop.services.paths import Paths
from desktop.services.settings import SettingsFile
from desktop.services.tool_command import LONGEST_RESULT_BYTES, CommandFailed, run_command
from tests.until import until


def python(source: str, time_limit_s: float = 60.0) -> ToolCommand:
    return ToolCommand("tool", (sys.executable, "-c", source), time_limit_s)


async def test_arguments_are_its_input_and_its_output_is_the_result() -> None:
    source = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode().upper().encode() + b'\\n')"
    assert await run_command(python(source), '{"city": "Zürich"}') == '{"CITY": "ZÜRICH"}'


async def test_long_arguments_to_a_command_that_reads_none_of_them_block_nothing() -> None:
    assert await run_command(python("print('ready')"), json.dumps("x" * 1_000_000)) == "ready"


async def test_no_shell_reads_the_arguments_of_a_command() -> None:
    command = ToolCommand("tool", (sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; echo `id`"))
    assert await run_command(command, "{}") == "$HOME; echo `id`"


async def test_keys_in_the_environment_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGATURE_KEY_LOOP", "secret")
    monkeypatch.setenv("CITY", "Bern")
    source = "import os; print(os.environ.get('LIGATURE_KEY_LOOP'), os.environ.get('CITY'))"
    assert await run_command(python(source), "{}") == "None Bern"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (python("import sys; print('half'); sys.exit('No such city.')"), "No such city."),
        (ToolCommand("tool", ("/no/such/program",)), "program cannot be started"),
        (python("import time; time.sleep(600)", 0.3), "was ended after 0.3 s"),
        (python(f"print('x' * {LONGEST_RESULT_BYTES + 1}); import time; time.sleep(600)"), "more than 256 KB"),
    ],
)
async def test_a_command_that_gives_no_result_says_why(command: ToolCommand, told: str) -> None:
    with pytest.raises(CommandFailed) as raised:
        await run_command(command, "{}")
    assert told in str(raised.value)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
async def test_stopping_a_command_ends_what_it_has_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(mark)!r}).touch()\n    time.sleep(0.01)"
    source = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    running = asyncio.create_task(run_command(python(source), "{}"))
    await until(mark.exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    def is_gone() -> bool:
        mark.unlink(missing_ok=True)
        return not _comes_back(mark)

    await until(is_gone)


def _comes_back(mark: Path) -> bool:
    """Whether the child writes its mark again; it does so a hundred times a second."""
    watched = (mark.exists() for _ in range(200_000))
    return any(watched)


def settings_file(tmp_path: Path, text: str) -> SettingsFile:
    paths = Paths.under(tmp_path)
    paths.create()
    paths.config_file.write_text(text, encoding="utf-8")
    return SettingsFile(paths)


def test_commands_are_read_from_the_settings_and_outlive_a_change(tmp_path: Path) -> None:
    text = '# mine\n[[tool]]\nname = "weather"\ncommand = ["python3", "w.py"]\ntime_limit_s = 5\n'
    file = settings_file(tmp_path, text)
    expected = ToolCommand("weather", ("python3", "w.py"), 5.0)
    assert file.load().tool_command("weather") == expected
    assert file.load().tool_command("other") is None
    assert file.save({"notify": False}).tool_commands == (expected,)
    assert text in (tmp_path / "config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ('[tool]\nname = "a"\ncommand = ["a"]', 1),
        ('[[tool]]\ncommand = ["a"]', 1),
        ('[[tool]]\nname = "a"\ncommand = "rm -rf"', 3),
        ('[[tool]]\nname = "a"\ncommand = []', 3),
        ('[[tool]]\nname = "a"\ncommand = ["a", 1]', 3),
        ('[[tool]]\nname = "a"\ncommand = ["a"]\ntime_limit_s = 0', 4),
        ('[[tool]]\nname = "a"\ncommand = ["a"]\n[[tool]]\nname = "a"\ncommand = ["b"]', 5),
    ],
)
def test_a_mistake_in_a_command_is_told_with_its_line(tmp_path: Path, table: str, line: int) -> None:
    with pytest.raises(ConfigError) as raised:
        settings_file(tmp_path, table).load()
    assert raised.value.line == line
