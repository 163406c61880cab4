"""The rows of the model picker for the view, with what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.core.endpoints import ModelRef
from desktop.core.money import context_text
from desktop.ui.model_rows import (
    Heading,
    ListingRow,
    ModelRow,
    NothingRow,
    Row,
    Section,
    TypedRow,
    is_free,
    price_text,
)

ROW_ROLE = Qt.ItemDataRole.UserRole
FAVOURITE_ROLE = Qt.ItemDataRole.UserRole + 1
PRICE_ROLE = Qt.ItemDataRole.UserRole + 2
TICKED_ROLE = Qt.ItemDataRole.UserRole + 3  # None where nothing is ticked at all

AnyIndex = QModelIndex | QPersistentModelIndex


class ModelListModel(QAbstractListModel):
    """Rows come and go as a whole; a star changes in its place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()
        self._favourites: set[ModelRef] = set()
        self._ticked: set[ModelRef] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Shows these rows and no others."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_favourites(self, favourites: Iterable[ModelRef]) -> None:
        """Says which models have a star."""
        self._favourites = set(favourites)

    def set_ticked(self, refs: Iterable[ModelRef] | None) -> None:
        """Shows ticks at these models, or no ticks at all."""
        ticked = None if refs is None else set(refs)
        if ticked != self._ticked:
            self._ticked = ticked
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def toggle_favourite(self, row: int) -> tuple[ModelRef, bool] | None:
        """Gives a model its star or takes it; returns which, and whether it has one now."""
        entry = self._rows[row]
        if not isinstance(entry, ModelRow):
            return None
        self._favourites ^= {entry.ref}
        index = self.index(row)
        self.dataChanged.emit(index, index)
        return entry.ref, entry.ref in self._favourites

    def row(self, row: int) -> Row:
        """What stands in a row."""
        return self._rows[row]

    def row_of(self, ref: ModelRef | None) -> int:
        """Where a model stands, else the first row that can be picked, else -1."""
        pickable = [place for place, row in enumerate(self._rows) if isinstance(row, ModelRow | TypedRow)]
        for place in pickable:
            row = self._rows[place]
            if isinstance(row, ModelRow) and row.ref == ref:
                return place
        return pickable[0] if pickable else -1

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        row = self._rows[index.row()]
        if isinstance(row, ModelRow | TypedRow) or (isinstance(row, ListingRow) and row.failed):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row)
        if role == TICKED_ROLE:
            ref = row.ref if isinstance(row, ModelRow | TypedRow) else None
            return None if self._ticked is None or ref is None else ref in self._ticked
        if isinstance(row, ModelRow):
            return self._model_data(row, role)
        if role == Qt.ItemDataRole.AccessibleTextRole and isinstance(row, ListingRow) and row.failed:
            return f"{self._text(row)} {row.listing.hint} {self.tr('Try again')}"
        return None

    def _model_data(self, row: ModelRow, role: int) -> object:
        if role == FAVOURITE_ROLE:
            return row.ref in self._favourites
        if role == PRICE_ROLE:
            return self._price(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            ticked = [self.tr("ticked")] if self._ticked and row.ref in self._ticked else []
            return ", ".join([*self._words(row), *ticked])
        return None

    def _text(self, row: Row) -> str:
        match row:
            case Heading():
                return self._heading(row)
            case ModelRow(model=model):
                return model.label
            case TypedRow(ref=ref, endpoint_name=name):
                return self.tr("Use “{model}” at {endpoint}").format(model=ref.model, endpoint=name)
            case ListingRow(listing=listing):
                return listing.text if row.failed else self.tr("Loading models…")
            case NothingRow():
                return self.tr("No model fits")

    def _heading(self, heading: Heading) -> str:
        if heading.section is Section.ENDPOINT:
            return heading.name
        return self.tr("Favourites") if heading.section is Section.FAVOURITES else self.tr("Recent")

    def _price(self, row: ModelRow) -> str:
        if is_free(row.model):
            return "" if row.own_server else self.tr("free")
        return price_text(row.model.price) if row.model.price is not None else ""

    def _words(self, row: ModelRow) -> Iterable[str]:
        """All that the row shows, in words."""
        model = row.model
        yield model.label
        if model.name and model.name != model.id:
            yield model.id
        yield row.endpoint_name
        if model.sees:
            yield self.tr("sees pictures")
        if model.thinks:
            yield self.tr("thinks")
        if model.tools:
            yield self.tr("uses tools")
        if model.context_tokens:
            yield self.tr("context {tokens}").format(tokens=context_text(model.context_tokens))
        price = self._price(row)
        if row.own_server:
            yield self.tr("on this computer")
        if model.price is not None and not is_free(model):
            yield self.tr("{price} for a million tokens in / out").format(price=price)
        elif price:
            yield price
        if row.ref in self._favourites:
            yield self.tr("favourite")
