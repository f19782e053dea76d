"""A count, then a virtual number for one caller; the number itself is nowhere, whatever the vendor does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sources.contract import Outcome
from tracer.desk.life import close, give_back
from tracer.desk.sealed import Sealing
from tracer.errors import Refused, WrongUse

Row = Callable[..., dict[str, str]]
_SETTINGS = """
[[sources]]
use = "sealed.repair"
authorisation = "Repair agreement 9"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = ["name", "id_number"]
base_url = "{url}"
secret_env = "TRACER_TEST_SEALED"
price = 300
options = {{ pool = "{pool}" }}
"""


class Vendor:
    """A vendor on loopback: says what ``says`` holds by path, and keeps what it was told."""

    def __init__(self) -> None:
        self.says: dict[str, dict[str, Any]] = {
            "/repairmobile/init": {"process_id": "P1"},
            "/repairmobile/query": {"count": 2},
            "/repairmobile/bind": {"mobile_x": "+867001234567"},
        }
        self.told: list[tuple[str, dict[str, Any]]] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                vendor.told.append((self.path, body))
                said = json.dumps(vendor.says[self.path]).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    found = Vendor()
    yield found
    found.stop()


@pytest.fixture
def at_vendor(desk: Any, debtor: Row, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRACER_TEST_SEALED", "token")
    desk.configure(lambda text: text + _SETTINGS.format(url=vendor.url, pool="+86700"))
    desk.place(debtor(1), debtor(2))
    return desk


def of(bench: Any) -> Sealing:
    return Sealing(bench.office)


def everything(bench: Any) -> bytes:
    return bytes(bench.database.read_bytes() + bench.database.with_name("tracer.db-wal").read_bytes())


def test_a_count_comes_first_and_tells_no_number(at_vendor: Any, vendor: Vendor) -> None:
    asked = of(at_vendor).count("NB000001")

    assert (asked.outcome, asked.count, asked.number) == (Outcome.ANSWERED, 2, None)
    assert [path for path, _body in vendor.told] == ["/repairmobile/init", "/repairmobile/query"]
    assert vendor.told[0][1]["name"] == "欧阳清岚"
    assert not {"NB000001", "northbank"} & set(map(str, vendor.told[0][1].values()))
    assert at_vendor.office.store.evidence.spent(at_vendor.case("NB000001")) == 300


def test_a_binding_gives_a_virtual_number_for_one_caller_until_a_moment(
    at_vendor: Any, vendor: Vendor
) -> None:
    of(at_vendor).count("NB000001")

    bound = of(at_vendor).bind("NB000001", 2, "010-55550100", 24, "call")

    assert bound.number == "+867001234567"
    assert vendor.told[-1][1]["mobile_a"] == "+861055550100"
    found = of(at_vendor).callable(at_vendor.case("NB000001"))
    assert [(one.which, one.caller, one.actor) for one in found.bound] == [(2, "+861055550100", "li.ming")]
    assert at_vendor.entries("reveal")[-1].body["reason"] == "call"
    assert b"7001234567" not in everything(at_vendor)


def test_a_virtual_number_is_gone_when_its_time_is_over(at_vendor: Any) -> None:
    of(at_vendor).count("NB000001")
    of(at_vendor).bind("NB000001", 1, "010-55550100", 24, "call")
    at_vendor.clock.move(hours=24)

    assert of(at_vendor).callable(at_vendor.case("NB000001")).bound == ()


def test_a_virtual_number_is_bound_to_its_case(at_vendor: Any) -> None:
    of(at_vendor).count("NB000001")
    of(at_vendor).bind("NB000001", 1, "010-55550100", 24, "call")

    assert of(at_vendor).callable(at_vendor.case("NB000002")).bound == ()
    with pytest.raises(WrongUse):
        of(at_vendor).bind("NB000002", 1, "010-55550100", 24, "call")


@pytest.mark.parametrize("real", ["+8615400000009", "+8616400000009"])
def test_a_vendor_that_gives_the_number_itself_is_not_listened_to(
    at_vendor: Any, vendor: Vendor, real: str
) -> None:
    of(at_vendor).count("NB000001")
    vendor.says["/repairmobile/bind"] = {"mobile_x": real}

    bound = of(at_vendor).bind("NB000001", 1, "010-55550100", 24, "call")

    assert (bound.outcome, bound.number) == (Outcome.PROTOCOL_ERROR, None)
    assert of(at_vendor).callable(at_vendor.case("NB000001")).bound == ()
    assert real[1:].encode() not in everything(at_vendor)
    assert real not in at_vendor.order("NB000001")


@pytest.mark.parametrize("which", [0, 3])
def test_only_a_number_that_was_counted_can_be_bound(at_vendor: Any, vendor: Vendor, which: int) -> None:
    of(at_vendor).count("NB000001")

    with pytest.raises(WrongUse):
        of(at_vendor).bind("NB000001", which, "010-55550100", 24, "call")

    assert len(vendor.told) == 2


def test_a_pool_that_takes_in_peoples_numbers_stops_the_binding(at_vendor: Any, vendor: Vendor) -> None:
    of(at_vendor).count("NB000001")
    at_vendor.configure(lambda text: text.replace('pool = "+86700"', 'pool = "+861"'))

    with pytest.raises(WrongUse):
        of(at_vendor).bind("NB000001", 1, "010-55550100", 24, "call")

    assert len(vendor.told) == 2


def test_a_closed_case_is_neither_counted_nor_bound(at_vendor: Any, vendor: Vendor) -> None:
    of(at_vendor).count("NB000001")
    close(at_vendor.office, at_vendor.case("NB000001"), "paid")

    with pytest.raises(Refused):
        of(at_vendor).count("NB000001")
    with pytest.raises(Refused):
        of(at_vendor).bind("NB000001", 1, "010-55550100", 24, "call")

    assert len(vendor.told) == 2


def test_it_goes_with_the_cases_key(at_vendor: Any) -> None:
    of(at_vendor).count("NB000001")
    case = at_vendor.case("NB000001")
    give_back(at_vendor.office, [case], "recalled")

    returned = at_vendor.office.store.cases.get(case.id)

    assert of(at_vendor).callable(returned).counts == ()
