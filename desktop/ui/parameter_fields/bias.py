"""A field for biases of single tokens: a small table of token ids and numbers."""

from __future__ import annotations

from typing import Any

from desktop.core.errors import UserError
from desktop.core.parameters import Parameter, check
from desktop.ui.icons import Icons
from desktop.ui.pair_rows import PairRows, PairTexts
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel
from desktop.ui.parameter_fields.numbers import number_text
from desktop.ui.theme import Theme


class BiasField(ParameterField):
    """Rows of token and bias; those not yet filled in are not sent."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        texts = PairTexts(self.tr("token id"), self.tr("bias"), self.tr("Add a token"), self.tr("Remove this token"))
        self._table = PairRows(theme, icons, self.object_name, texts)
        self._table.setAccessibleName(self.label)
        self._table.changed.connect(self._submit_pairs)
        self.head = self._summary = SummaryLabel()
        self.body = self.editor = self._table

    def display(self, value: Any) -> None:
        self._table.set_pairs((token, number_text(bias)) for token, bias in (value or {}).items())

    def reflect(self, value: Any) -> None:
        self._summary.show_summary(str(len(value)) if value else None)

    def show_wrong(self, wrong: bool) -> None:
        tokens = [token for token, _bias in self._table.pairs()]
        self._table.mark_wrong(
            lambda token, bias: (
                (wrong and bool(token) and (tokens.count(token) > 1 or not self._holds(token, 0))),
                (wrong and bool(bias) and not self._holds("0", _number(bias))),
            )
        )

    def _holds(self, token: str, bias: float | str) -> bool:
        try:
            check(self.parameter.name, {token: bias})
        except UserError:
            return False
        return True

    def _submit_pairs(self) -> None:
        complete = [(token, _number(bias)) for token, bias in self._table.pairs() if token and bias]
        biases = dict(complete)
        if len(biases) < len(complete):
            self.refused.emit(self.tr("{label}: a token stands here twice.").format(label=self.label))
        elif biases:
            self.submit(biases)
        else:
            self.submit_text("")


def _number(text: str) -> float | str:
    """What was typed as a number; the text itself if it is none, for the check to refuse."""
    try:
        number = float(text.replace("−", "-").replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
