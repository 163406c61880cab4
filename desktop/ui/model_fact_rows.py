"""Rows of a model's page: what is known in one respect and from where, and what the user says instead."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.core.endpoints import Price
from desktop.core.money import context_text, number_from, tokens_from
from desktop.services.model_notes import Fact, Source
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.controls import name
from desktop.ui.fields import mark_wrong
from desktop.ui.model_rows import price_text
from desktop.ui.settings_page import SettingsRow
from desktop.ui.theme import Theme

AS_FOUND, YES, NO = "found", "yes", "no"
FIELD_WIDTH = 104
PRICE_WIDTH = 72


class FactRow(QWidget):
    """One fact; `said` gives its name and the user's word, None to take that back."""

    said = Signal(str, object)

    def __init__(self, fact: str, row: SettingsRow) -> None:
        super().__init__()
        self._fact = fact
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)

    def show_fact(self, fact: Fact) -> None:
        """Shows a fact, without a signal."""
        value = self._words(fact.value) if fact.source else self.tr("Not known")
        self._row.set_text(" · ".join(filter(None, [value, source_text(fact)])))

    def _words(self, value: object) -> str:
        raise NotImplementedError


class AbilityRow(FactRow):
    """Whether the model can do something."""

    def __init__(self, theme: Theme, fact: str, title: str) -> None:
        choices = [(AS_FOUND, self.tr("As found")), (YES, self.tr("Yes")), (NO, self.tr("No"))]
        self._box = ChoiceBox(theme, f"model_{fact}", title, choices)
        super().__init__(fact, SettingsRow(theme, title, "", self._box))
        self._box.chosen.connect(self._chosen)

    def show_fact(self, fact: Fact) -> None:
        super().show_fact(fact)
        self._box.choose((YES if fact.value else NO) if fact.source is Source.USER else AS_FOUND)

    def _words(self, value: object) -> str:
        return self.tr("Yes") if value else self.tr("No")

    def _chosen(self, value: str) -> None:
        self.said.emit(self._fact, {YES: True, NO: False}.get(value))


class TokensRow(FactRow):
    """How many tokens the model reads or writes."""

    def __init__(self, theme: Theme, fact: str, title: str) -> None:
        self._field = _field(theme, f"model_{fact}", title, FIELD_WIDTH)
        super().__init__(fact, SettingsRow(theme, title, "", self._field))
        self._field.editingFinished.connect(self._entered)

    def show_fact(self, fact: Fact) -> None:
        super().show_fact(fact)
        by_user = fact.source is Source.USER
        self._field.setText(str(fact.value) if by_user else "")
        self._field.setPlaceholderText(str(fact.value or self.tr("unknown")))
        mark_wrong(self._field, wrong=False)

    def _words(self, value: object) -> str:
        return self.tr("{tokens} tokens").format(tokens=context_text(int(str(value))))

    def _entered(self) -> None:
        text = self._field.text().strip()
        tokens = tokens_from(text)
        mark_wrong(self._field, bool(text) and tokens is None)
        if tokens is not None or not text:
            self.said.emit(self._fact, tokens)


class PriceRow(FactRow):
    """What a million tokens cost, in and out."""

    def __init__(self, theme: Theme, title: str) -> None:
        self._fields = (
            _field(theme, "model_price_input", self.tr("Dollars for a million tokens read"), PRICE_WIDTH),
            _field(theme, "model_price_output", self.tr("Dollars for a million tokens written"), PRICE_WIDTH),
        )
        super().__init__("price", SettingsRow(theme, title, "", *self._fields))
        for field in self._fields:
            field.editingFinished.connect(self._entered)

    def show_fact(self, fact: Fact) -> None:
        super().show_fact(fact)
        price = fact.value if isinstance(fact.value, Price) else None
        figures = (price.input_per_million, price.output_per_million) if price else (None, None)
        for field, figure, empty in zip(self._fields, figures, (self.tr("in"), self.tr("out")), strict=True):
            field.setText(f"{figure:g}" if fact.source is Source.USER and figure is not None else "")
            field.setPlaceholderText(empty if figure is None else f"{figure:g}")
            mark_wrong(field, wrong=False)

    def _words(self, value: object) -> str:
        assert isinstance(value, Price)
        if value == Price(0.0, 0.0):
            return self.tr("Free")
        return self.tr("{price} for a million tokens in / out").format(price=price_text(value))

    def _entered(self) -> None:
        """A price counts when both are there; both empty take it back."""
        texts = [field.text().strip() for field in self._fields]
        figures = [number_from(text) for text in texts]
        for field, text, figure in zip(self._fields, texts, figures, strict=True):
            mark_wrong(field, bool(text) and figure is None)
        if figures[0] is not None and figures[1] is not None:
            self.said.emit(self._fact, Price(figures[0], figures[1]))
        elif not any(texts):
            self.said.emit(self._fact, None)


def date_text(at: float) -> str:
    """A day as the user writes it."""
    day = datetime.fromtimestamp(at).astimezone()
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def source_text(fact: Fact) -> str:
    """From whom a fact is known, and since when."""
    if fact.source is None:
        return ""
    words = {
        Source.USER: _tr("as you say"),
        Source.PROBE: _tr("probed on {date}"),
        Source.LIST: _tr("the endpoint's list of {date}") if fact.at else _tr("as the endpoint says"),
        Source.HERE: _tr("it runs on this computer"),
        Source.KNOWN: _tr("models.toml, by its name"),
    }[fact.source]
    return words.format(date=date_text(fact.at) if fact.at else "")


def _field(theme: Theme, object_name: str, label: str, width: int) -> QLineEdit:
    field = QLineEdit()
    name(field, object_name, label)
    field.setToolTip(label)
    field.setFixedWidth(theme.px(width))
    return field


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelFacts", text)
