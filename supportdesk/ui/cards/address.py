"""A postal address to type, each mistake said beside its field."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from supportdesk.domain.privacy import clean
from supportdesk.domain.records import Address
from supportdesk.errors import UserFacing
from supportdesk.ui import text, theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.card_guard import card_problem
from supportdesk.ui.widgets.field import Field

LONGEST = 200  # characters; Stripe takes far more than any envelope


@lru_cache(maxsize=4)
def countries(locale: str) -> list[tuple[str, str]]:
    """All countries as (name, ISO code), sorted by name."""
    names = Locale.parse(locale).territories.items()
    real = ((name, code) for code, name in names if len(code) == 2 and code not in _NOT_COUNTRIES)
    return sorted(real)


_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def complete(address: Address) -> bool:
    """Whether a card can be sent to an address: Stripe wants everything but state and addition."""
    return all(getattr(address, name) for name in ("line1", "postal_code", "city", "country"))


class AddressForm(QWidget):
    """Street, town and country.

    Attributes:
        fields: the fields by the name of their part of the address.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.current.measures.px(0.6))
        grid.setVerticalSpacing(theme.current.measures.px(0.3))
        self._country = QComboBox()
        self._country.setEditable(False)
        for name, code in countries(text.locale()):
            self._country.addItem(name, code)
        self.fields: dict[str, Field] = {}
        places = (
            ("line1", tr("Street and number"), True, 0, 0, 2),
            ("line2", tr("Addition"), False, 0, 2, 2),
            ("postal_code", tr("Postal code"), True, 1, 0, 1),
            ("city", tr("Town"), True, 1, 1, 1),
            ("state", tr("State or county"), False, 1, 2, 1),
            ("country", tr("Country"), True, 1, 3, 1),
        )
        for name, words, required, row, column, wide in places:
            editor = self._country if name == "country" else QLineEdit()
            editor.setObjectName(f"address_{name}")
            field = Field(words, editor, required=required)
            if isinstance(editor, QLineEdit):
                editor.textEdited.connect(field.clear_error)
            self.fields[name] = field
            grid.addWidget(field, row, column, 1, wide)
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def _line(self, name: str) -> QLineEdit:
        editor = self.fields[name].editor
        assert isinstance(editor, QLineEdit)
        return editor

    def set_address(self, address: Address) -> None:
        """Fill the fields."""
        for name in ("line1", "line2", "postal_code", "city", "state"):
            self._line(name).setText(getattr(address, name))
            self.fields[name].clear_error()
        self._country.setCurrentIndex(self._country.findData(address.country))
        self.fields["country"].clear_error()

    def show_problem(self, problem: UserFacing) -> None:
        """Say beside the field what Stripe has against it, if it is about a part that is asked."""
        field = self.fields.get(problem.field.removeprefix("shipping[address][").removesuffix("]"))
        if field is None or self.isHidden():
            return
        field.set_error(problem.detail or problem.title)
        if field.isVisible():  # or the keyboard would leave the tab in which the agent is by now
            field.editor.setFocus()

    def typed(self) -> Address:
        """Return what stands in the fields, whole or not."""
        names = ("line1", "line2", "postal_code", "city", "state")
        said = {name: clean(self._line(name).text()).strip() for name in names}
        return Address(**said, country=self._country.currentData() or "")

    def address(self) -> Address | None:
        """Return what was typed, None when something is wrong; the reason stands beside it."""
        typed = {
            name: clean(self._line(name).text()).strip()
            for name in ("line1", "line2", "postal_code", "city", "state")
        }
        country = self._country.currentData() or ""
        wrong: list[Field] = []
        for name, value in (*typed.items(), ("country", country)):
            field = self.fields[name]
            if not value and name not in ("line2", "state"):
                field.set_error(tr("Needed to send a card."))
                wrong.append(field)
            elif said := card_problem(value):
                field.set_error(said)
                wrong.append(field)
            elif len(value) > LONGEST:
                field.set_error(tr("At most {count} characters.", count=LONGEST))
                wrong.append(field)
            else:
                field.clear_error()
        if wrong:
            wrong[0].editor.setFocus()
            return None
        return Address(**typed, country=country)
