"""Formulas, code and tables leave the frozen program as pages, and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desktop.screen import Screen, wait_until
from tests.desktop.started import Ligature, Start
from tests.gateway import Gateway, answer
from tests.ui.programs import ENVIRONMENT, write_config

pytestmark = pytest.mark.desktop

CODE = {
    "python": "def sag():\n    return 'deep'  # metres",
    "rust": "fn sag() -> u32 {\n    let deep = 1; // metres\n    deep\n}",
    "haskell": "sag :: Int -> Int\nsag deep = deep + 1 -- metres",
    "sql": "SELECT 'deep' FROM bridge -- metres",
    "json": '{"deep": [1, true, null]}',
    "html": '<p class="deep">metres</p>',
}
TEXT = "\n\n".join([
    "Since $\\frac{a}{b}$ we have $$\\int_0^1 x^2\\,dx = \\frac13$$",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    *(f"```{language}\n{code}\n```" for language, code in CODE.items()),
])  # fmt: skip


@pytest.fixture
def ligature(start: Start, gateway: Gateway, tmp_path: Path) -> Ligature:
    """The program with one answer."""
    write_config(tmp_path / "data", gateway)
    gateway.then(answer(TEXT))
    ligature = start(tmp_path / "data", ENVIRONMENT)
    ligature.asks("How deep?")
    ligature.answer()
    return ligature


def exported(ligature: Ligature, file: Path) -> bytes:
    """Saves the chat under a name, through the dialog."""
    ligature.presses("ctrl+shift+s")
    ligature.reader.shown("exportDialog")
    ligature.presses("ctrl+a")
    ligature.types(str(file))
    ligature.presses("Return")
    wait_until(file.exists, what=str(file))
    return file.read_bytes()


def test_a_page_has_its_formulas_drawn_and_its_code_in_colours(ligature: Ligature, tmp_path: Path) -> None:
    page = exported(ligature, tmp_path / "chat.html").decode()
    assert page.count("<svg") >= 2
    blocks = re.findall(r"<pre.*?</pre>", page, re.DOTALL)
    assert len(blocks) == len(CODE)
    for language, block in zip(CODE, blocks, strict=True):
        assert len(set(re.findall(r'<span class="(\w+)"', block))) >= 2, language
    assert ligature.quits() == 0


def test_a_pdf_is_written(ligature: Ligature, tmp_path: Path) -> None:
    pdf = exported(ligature, tmp_path / "chat.pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"/Font" in pdf
    assert ligature.quits() == 0


def test_a_chat_is_printed_into_a_file(ligature: Ligature, screen: Screen) -> None:
    ligature.presses("ctrl+p")
    ligature.reader.shown("printDialog")
    file = Path(screen.env["HOME"]) / "How deep.pdf"
    ligature.presses("Return")
    wait_until(lambda: file.exists() and file.read_bytes().rstrip().endswith(b"%%EOF"), what="the printed file")
    assert ligature.quits() == 0
