"""The lists of outcome codes: each code is what the line did, who answered, and how identity was checked.

The lists are those of the trade: letter codes of Chinese banks and agencies, dialler numbers, the words of
manual call notes, the US action and result codes, and three short ones (shared/reference/product.md §6.3; the
standard US codes also at help.genesys.com/latitude "Action and Result Codes"). A code says nothing of how an
identity was checked unless it says so: "the debtor promised" is an identity somebody stated, not a verified
one. Codes of which no meaning was found are left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from graph.model import Identity, Line, Party

BAR_WRONG_PARTY = "wrong_party"
BAR_REPRESENTED = "represented"
BAR_THIRD_PARTY_REFUSED = "third_party_refused"
BAR_CEASED = "ceased"
BAR_OPTED_OUT = "opted_out"

# A third party who refused once is never asked again, whoever takes the case over (law/rules.tsv
# CN-CBA26-3P-STOP; US-FDCPA-B-ONCE). The others can be lifted by whoever ends their cause: a lawyer gives
# up the mandate, a wrong-party notice turns out to be the dodging debtor.
PERMANENT_BARS = frozenset({BAR_THIRD_PARTY_REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """One code of one list, as facts.

    ``bar`` is why the number must not be used after it (empty: no bar). ``promise`` is True when a payment
    was promised. ``relays`` is False when a third party answered who cannot or will not pass a message on.
    """

    list_name: str
    code: str
    line: Line
    party: Party
    identity: Identity = Identity.NOT_CHECKED
    bar: str = ""
    promise: bool = False
    relays: bool = True

    @property
    def bar_is_permanent(self) -> bool:
        """True when nobody may lift the bar."""
        return self.bar in PERMANENT_BARS

    def facts(self) -> tuple[Line, Party, Identity, str, bool, bool]:
        """What the code says, without its name: two codes with equal facts mean the same."""
        return (self.line, self.party, self.identity, self.bar, self.promise, self.relays)


_L, _P, _I = Line, Party, Identity


def _self(line: Line = _L.CONNECTED, *, promise: bool = False, bar: str = "") -> Coded:
    return Coded(
        list_name="", code="", line=line, party=_P.SELF, identity=_I.STATED, promise=promise, bar=bar
    )


def _third(*, relays: bool = True, promise: bool = False, bar: str = "") -> Coded:
    party = _P.THIRD_PARTY
    return Coded(
        list_name="", code="", line=_L.CONNECTED, party=party, relays=relays, promise=promise, bar=bar
    )


def _wrong(line: Line = _L.CONNECTED) -> Coded:
    return Coded(list_name="", code="", line=line, party=_P.WRONG_PARTY, bar=BAR_WRONG_PARTY)


def _line(line: Line, party: Party = _P.NOBODY, identity: Identity = _I.NOT_CHECKED, bar: str = "") -> Coded:
    return Coded(list_name="", code="", line=line, party=party, identity=identity, bar=bar)


_SOMEBODY = _line(_L.CONNECTED, _P.UNKNOWN)
_NOTHING = _line(_L.UNKNOWN, _P.UNKNOWN)

_CN_LETTERS = {
    "ALPA": _self(),
    "BUSY": _line(_L.BUSY),
    "CUT": _line(_L.REJECTED, _P.UNKNOWN),
    "CUT_UNVERIFIED": _line(_L.CONNECTED, _P.UNKNOWN, _I.UNVERIFIED),
    "FEE": _self(),
    "INSY": _self(),
    "KNOW": _self(),
    "LOOO": _line(_L.VACANT),
    "MESF": _line(_L.FAX),
    "MESS": _third(),
    "NOAS": _line(_L.NO_ANSWER),
    "NOIN": _third(relays=False),
    "NOTK": _third(relays=False),
    "NOSE": _wrong(),
    "OFF": _line(_L.POWERED_OFF),
    "STOP": _line(_L.SUSPENDED),
    "QUIT": _third(relays=False, bar=BAR_THIRD_PARTY_REFUSED),
    "PTP": _self(promise=True),
    "PTPT": _self(promise=True),
    "PTPX": _third(promise=True),
}

_CN_DIALLER = {
    "0": _line(_L.NO_ANSWER),
    "1": _SOMEBODY,
    "2": _line(_L.POWERED_OFF),
    "3": _line(_L.VACANT),
    "4": _line(_L.SUSPENDED),
    "5": _line(_L.BUSY),
    "6": _line(_L.REJECTED),
    "7": _line(_L.UNREACHABLE),
    "8": _line(_L.SUSPENDED),
    "9": _line(_L.BUSY),
    "10": _NOTHING,
    "11": _line(_L.BARRED),
    # A missed-call service took the call: it says nothing of the line (§6.4 counts it as unknown).
    "12": _NOTHING,
    "13": _line(_L.UNREACHABLE),
    "14": _line(_L.BUSY),
    "15": _line(_L.NO_ANSWER),
    "16": _line(_L.SUSPENDED),
    "17": _line(_L.UNREACHABLE),
    "18": _line(_L.NUMBER_CHANGED),
    "19": _line(_L.SUSPENDED),
    "20": _line(_L.BUSY),
}

_CN_MANUAL = {
    "查询还款": _self(),
    "电话拒接": _line(_L.REJECTED),
    "电话易主": _wrong(),
    "空号": _line(_L.VACANT),
    "停机": _line(_L.SUSPENDED),
    "网络查找": _NOTHING,
    "无法接通": _line(_L.UNREACHABLE),
    "无力偿还": _self(),
    "无效电话": _line(_L.VACANT),
    "已还款": _self(),
    "语音信箱": _line(_L.VOICEMAIL),
    # The compact list, and the line words of product.md §7.
    "接通": _SOMEBODY,
    "无人接听": _line(_L.NO_ANSWER),
    "空号停机关机": _line(_L.UNREACHABLE),
    "拒接挂断拉黑": _line(_L.REJECTED),
    "拒接": _line(_L.REJECTED),
    "关机": _line(_L.POWERED_OFF),
    "占线": _line(_L.BUSY),
    "忙": _line(_L.BUSY),
    "呼入限制": _line(_L.BARRED),
    "改号": _line(_L.NUMBER_CHANGED),
    "传真": _line(_L.FAX),
    "查无此人": _wrong(),
    "无偿还意愿": _self(),
    "无还款诚意": _self(),
    "无能力": _self(),
    "有意愿": _self(),
    "声称已还": _self(),
    "费用减免": _self(),
    "虚假通讯录": _wrong(),
    "虚假个人信息": _wrong(),
    "亲友答应转告": _third(),
    "转告": _third(),
    "无法转告": _third(relays=False),
    "亲友拒绝沟通": _third(relays=False, bar=BAR_THIRD_PARTY_REFUSED),
    "第三方不愿转告": _third(relays=False, bar=BAR_THIRD_PARTY_REFUSED),
    "承诺还款": _self(promise=True),
    "本人承诺": _self(promise=True),
    "第三方承诺": _third(promise=True),
    "禁催": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_CEASED),
    "停催": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_CEASED),
}

_CN_PHONE_STATUS = {
    "NORMAL": _SOMEBODY,
    "VACANT_NUMBER": _line(_L.VACANT),
    "HALT": _line(_L.SUSPENDED),
    "POWER_OFF": _line(_L.POWERED_OFF),
    "UNANSWERED": _line(_L.NO_ANSWER),
    "BUSY_TONE": _line(_L.BUSY),
    "MSG_CALL": _line(_L.VOICEMAIL),
    "CHANGE_OWNER": _wrong(),
    "UNKNOWN": _NOTHING,
}

US_RESULTS = {
    "AM": _line(_L.VOICEMAIL),
    "CO": _NOTHING,
    "HU": _line(_L.CONNECTED, _P.UNKNOWN, _I.UNVERIFIED),
    "LB": _line(_L.BUSY),
    "LM": _third(),
    "LR": _line(_L.VOICEMAIL),
    "LV": _line(_L.VOICEMAIL),
    "NA": _line(_L.NO_ANSWER),
    "NH": _third(relays=False),
    "NI": _third(relays=False),
    "NL": _NOTHING,
    "NP": _NOTHING,
    "TD": _line(_L.SUSPENDED),
    "TT": _self(),
    "TW": _third(),
    "WN": _wrong(),
}

# An action says who was dialled; alone it says nothing of how the call went, except that a debtor who
# telephones in is on the line, and that a lawyer on either end means the debtor is represented
# (law/rules.tsv US-REGF-6B2-ATTY).
US_ACTIONS = {
    "3P": _line(_L.UNKNOWN, _P.UNKNOWN),
    "AT": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_REPRESENTED),
    "TA": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_REPRESENTED),
    "DT": _self(),
    "TC": _NOTHING,
    "TE": _NOTHING,
    "TI": _NOTHING,
    "TR": _NOTHING,
    "TO": _NOTHING,
}
DIALLED_OTHERS = frozenset({"3P", "TC", "TE", "TI", "TO"})

_US_FINVI = {
    # "Disconnected" and "wrong" are one class there. Either way the number is lost; which of the two is not
    # said, so it names no party and bars nothing.
    "FAIL": _line(_L.VACANT, _P.UNKNOWN),
    "REACH": _line(_L.CONNECTED, _P.THIRD_PARTY),
    "SUCCESS": _self(),
}

_US_DEBTRECOUP = {
    "GOOD": _SOMEBODY,
    "WRONG": _wrong(),
    "DISCONNECTED": _line(_L.VACANT),
    "OTHER": _NOTHING,
}

_IN_PH = {
    "WN": _wrong(),
    "SW": _line(_L.POWERED_OFF),
    "RNR": _line(_L.NO_ANSWER),
    "BUSY": _line(_L.BUSY),
    "CALL_BACK": _SOMEBODY,
    "PTP": _self(promise=True),
    "BPTP": _self(),
    "RTP": _self(),
    "NC": _line(_L.UNREACHABLE),
}

# Our own words: for agencies without a list, and for what no list has a code for.
_PLAIN = {
    "RIGHT_PARTY": _self(),
    "RIGHT_PARTY_VERIFIED": replace(_self(), identity=_I.VERIFIED),
    "THIRD_PARTY": _third(),
    "WRONG_PARTY": _wrong(),
    "NO_ANSWER": _line(_L.NO_ANSWER),
    "VOICEMAIL": _line(_L.VOICEMAIL),
    "REJECTED": _line(_L.REJECTED),
    "POWERED_OFF": _line(_L.POWERED_OFF),
    "UNREACHABLE": _line(_L.UNREACHABLE),
    "SUSPENDED": _line(_L.SUSPENDED),
    "VACANT": _line(_L.VACANT),
    "NUMBER_CHANGED": _line(_L.NUMBER_CHANGED),
    "CEASE": _self(bar=BAR_CEASED),
    "OPT_OUT": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_OPTED_OUT),
    "REPRESENTED": _line(_L.UNKNOWN, _P.UNKNOWN, bar=BAR_REPRESENTED),
    "THIRD_PARTY_REFUSED": _third(relays=False, bar=BAR_THIRD_PARTY_REFUSED),
}

# The line-status column of vendors (product.md §6.4). They are answers of number-status vendors that some
# files carry in the outcome column; the digits clash with the dialler's, so they are read only by name.
_STATUS_A = {
    "1": _SOMEBODY,
    "2": _line(_L.VACANT),
    "3": _line(_L.SUSPENDED),
    "4": _line(_L.POWERED_OFF),
    "5": _line(_L.POWERED_OFF),
    "6": _NOTHING,
    "7": _NOTHING,
    "8": _NOTHING,
    "9": _NOTHING,
    "10": _NOTHING,
    "11": _NOTHING,
    "12": _line(_L.VACANT),
}
_STATUS_B = {
    "0": _line(_L.VACANT),
    "1": _SOMEBODY,
    "2": _line(_L.SUSPENDED),
    "3": _line(_L.VACANT),
    "4": _NOTHING,
    "5": _NOTHING,
}
_STATUS_C = {
    "1": _SOMEBODY,
    "2": _line(_L.VACANT),
    "4": _line(_L.VACANT),
    "5": _line(_L.POWERED_OFF),
    "7": _line(_L.UNREACHABLE),
    "9": _NOTHING,
    "10": _NOTHING,
    "12": _line(_L.VACANT),
    "13": _line(_L.SUSPENDED),
}


def _listed(name: str, table: Mapping[str, Coded]) -> Mapping[str, Coded]:
    return MappingProxyType({code: replace(read, list_name=name, code=code) for code, read in table.items()})


CODES: Mapping[str, Mapping[str, Coded]] = MappingProxyType(
    {
        "cn_letters": _listed("cn_letters", _CN_LETTERS),
        "cn_dialler": _listed("cn_dialler", _CN_DIALLER),
        "cn_manual": _listed("cn_manual", _CN_MANUAL),
        "cn_phone_status": _listed("cn_phone_status", _CN_PHONE_STATUS),
        "us_latitude": _listed("us_latitude", {**US_ACTIONS, **US_RESULTS}),
        "us_finvi": _listed("us_finvi", _US_FINVI),
        "us_debtrecoup": _listed("us_debtrecoup", _US_DEBTRECOUP),
        "in_ph": _listed("in_ph", _IN_PH),
        "plain": _listed("plain", _PLAIN),
        "status_a": _listed("status_a", _STATUS_A),
        "status_b": _listed("status_b", _STATUS_B),
        "status_c": _listed("status_c", _STATUS_C),
    }
)
BY_NAME_ONLY = frozenset({"status_a", "status_b", "status_c"})
