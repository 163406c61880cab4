"""The fields of the parameter panel: which one stands for which kind of parameter."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.core.parameters import Group, Kind, Parameter
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.bias import BiasField
from desktop.ui.parameter_fields.chips import StringsField
from desktop.ui.parameter_fields.choices import CheckField, ChoiceField
from desktop.ui.parameter_fields.field import ParameterField
from desktop.ui.parameter_fields.numbers import NumberTextField, SliderField, StepperField
from desktop.ui.parameter_fields.texts import JsonField, LineField, ProseField
from desktop.ui.theme import Theme

__all__ = ["ParameterField", "make_field"]

_FIELDS: Mapping[Kind, type[ParameterField]] = {
    Kind.NUMBER: SliderField,
    Kind.INTEGER: NumberTextField,
    Kind.BOOLEAN: CheckField,
    Kind.TEXT: LineField,
    Kind.CHOICE: ChoiceField,
    Kind.STRINGS: StringsField,
    Kind.BIAS: BiasField,
    Kind.JSON: JsonField,
}


def make_field(parameter: Parameter, theme: Theme, icons: Icons) -> ParameterField:
    """The field for a parameter."""
    return _field_type(parameter)(parameter, theme, icons)


def _field_type(parameter: Parameter) -> type[ParameterField]:
    """Numbers of a few steps are stepped; the one text that is not a mere id is prose."""
    if parameter.kind is Kind.INTEGER and parameter.step is not None and parameter.maximum is not None:
        return StepperField
    if parameter.kind is Kind.TEXT and parameter.group is Group.MAIN:
        return ProseField
    return _FIELDS[parameter.kind]
