"""What every reader of a cell promises, on any text at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clean.addresses import read_address
from graph.clean.dates import read_date, read_day
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.fault import Reading
from graph.clean.ids import read_id
from graph.clean.money import read_amount
from graph.clean.names import name_keys, read_name
from graph.clean.phones import read_phones

READERS: dict[str, Callable[[str], Reading[object]]] = {
    "phones-cn": lambda text: read_phones(text, "CN"),
    "phones-us": lambda text: read_phones(text, "US"),
    "phones-gb": lambda text: read_phones(text, "GB"),
    "name": read_name,
    "given-name": lambda text: read_name("", given=text, family="Smith"),
    "family-name": lambda text: read_name(text, given="三", family=text),
    "id": read_id,
    "ssn": lambda text: read_id(text, "ssn", "US"),
    "prc-id": lambda text: read_id(text, "身份证"),
    "date": read_date,
    "day": lambda text: read_day(text, day_first=True),
    "amount": read_amount,
    "email": read_email,
    "address-cn": read_address,
    "address-us": lambda text: read_address(text, country="US"),
    "employer": read_employer,
}
CELLS = st.one_of(
    st.text(),
    st.text(
        alphabet="0123456789+-()*xX/、 ,;.转ext#Ee'\"=\n父亲张三欧阳省市区县杭州年月日元万民国·某AJrSMITH@",
        max_size=50,
    ),
    st.text(alphabet="0123456789*xX-+. ", max_size=40),
)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_no_text_makes_a_reader_raise_and_a_missing_value_is_explained(
    reader: Callable[[str], Reading[object]], cell: str
) -> None:
    reading = reader(cell)

    if reading.value is not None:
        return
    assert reading.faults == () or any(
        fault.lost or fault.code == "employer.status" for fault in reading.faults
    )


@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_a_fault_never_repeats_the_cell(cell: str) -> None:
    for reader in READERS.values():
        for fault in reader(cell).faults:
            shown = dict(fault.params).get("shown", "")

            assert set(shown[1:-1]) <= {"*"}


@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_every_name_that_is_read_has_keys_or_only_unknown_characters(cell: str) -> None:
    name = read_name(cell).value

    if (
        name is not None
        and not name.masked
        and name.text.isalpha()
        and name.text.isascii()
        and len(name.text) > 1
    ):
        assert name_keys(name)


def test_importing_a_reader_loads_no_dictionary() -> None:
    heavy = "{'pypinyin', 'opencc', 'nicknames'} & set(sys.modules)"
    program = f"import graph.clean.phones, graph.clean.names, graph.clean.ids, sys; print({heavy} or 'none')"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "none"
