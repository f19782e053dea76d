"""What was wrong with a row or a cell, where, and what to do: codes, and the sentences for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.clean.fault import Fault
from graph.clean.masks import mask_value
from tracer.words import N_, _


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a file: its name, the sheet (empty for text files) and the row as Excel counts it."""

    file: str
    sheet: str = ""
    row: int = 0

    def __str__(self) -> str:
        sheet = f"[{self.sheet}]" if self.sheet else ""
        return f"{self.file}{sheet}:{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something about a cell, a row or the file that somebody should know.

    ``shown`` is the bad value masked (first and last character at most). ``lost``: the cell was not used, or,
    at ``rejected``, the whole row; otherwise it is a note on what was repaired or assumed. A rejected row is
    given as ``received``, header to text, so that it can be kept sealed and repaired; nobody prints that.
    """

    place: Place
    code: str
    column: str = ""
    shown: str = ""
    params: tuple[tuple[str, str], ...] = ()
    lost: bool = False
    rejected: bool = False
    received: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def file(self) -> str:
        """The file's name."""
        return self.place.file

    @property
    def sheet(self) -> str:
        """The sheet's name; empty for text files."""
        return self.place.sheet

    @property
    def row(self) -> int:
        """The row as Excel counts it; 0 when the whole file is meant."""
        return self.place.row

    @property
    def sentence(self) -> str:
        """What was wrong, in the reader's language."""
        return sentence(self.code, dict(self.params))

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language; empty where nothing is to be done."""
        return remedy(self.code, dict(self.params))

    def __repr__(self) -> str:
        return f"Problem({self.place}, {self.code})"


def sentence(code: str, params: dict[str, str]) -> str:
    """Say what was wrong, in the reader's language."""
    return _(_of(code, params)[0], **params)


def remedy(code: str, params: dict[str, str]) -> str:
    """Say what to do about it, in the reader's language; empty where nothing is to be done."""
    text = _of(code, params)[1]
    return _(text, **params) if text else ""


def _of(code: str, params: dict[str, str]) -> tuple[str, str]:
    if "row" in params and (with_row := SENTENCES.get(f"{code}@row")):
        return with_row
    return SENTENCES.get(code, _UNLISTED)


def masked(text: str) -> str:
    """Show as much of a bad cell as a problem may: its first and last character at most."""
    return mask_value(text[:200]) if text else ""


def of_fault(place: Place, column: str, text: str, fault: Fault) -> Problem:
    """Turn what a reader of a cell found into a problem at a place."""
    return Problem(
        place=place,
        code=fault.code,
        column=column,
        shown=masked(text) if fault.lost else "",
        params=fault.params,
        lost=fault.lost,
    )


_RETYPE = N_("Ask the client for the value, or format the column as text and export it again.")
_TEXT_COLUMN = N_(
    "Ask for the file again with this column formatted as text: the lost digits are not in this file."
)
_LOOK = N_("Look at the cell and correct it.")
_UNDERSTOOD = ""

# For a code kept by a later version than the one that shows it.
_UNLISTED = (N_("Something about this place was noted that this version has no sentence for"), "")

# code -> what was wrong, what to do. The codes of graph.clean.fault.CODES are all here (a test).
SENTENCES: dict[str, tuple[str, str]] = {
    # the file
    "file.damaged": (
        N_("{count} places of the file cannot be read as {encoding}; the cells concerned are named"),
        N_("Ask for the file again: it was damaged on the way, or written in two encodings."),
    ),
    "file.no_rows": (
        N_("Below the columns' names there is no row"),
        N_("Ask for the file again: it was probably exported with a filter that matched nothing."),
    ),
    "sheet.not_read": (
        N_("Only this sheet is read; the workbook also has: {sheets}"),
        N_("Import the others one by one with --sheet."),
    ),
    "column.missing": (
        N_("The mapping names this column, and the file does not have it"),
        N_("Correct the mapping, or ask the client whether the template has changed."),
    ),
    "column.unmapped": (
        N_("This column is no field we know; it is kept as received"),
        N_("If it matters, name its field under [columns] in the mapping."),
    ),
    "column.new": (
        N_("This column appears for the first time in the middle of the file; it is kept as received"),
        N_("If it matters, name its field under [columns] in the mapping."),
    ),
    # the row
    "row.no_case": (
        N_("The row has no case number; it was set aside"),
        N_("Fill in the case number and import the file again; rows that are in already stay as they are."),
    ),
    "row.no_name": (
        N_("The row names no debtor; it was set aside"),
        N_("Fill in the name and import the file again; rows that are in already stay as they are."),
    ),
    "row.names_nobody": (
        N_("The row names no whole number, no id, and no name with a whole date of birth"),
        N_("A list finds people by one of these; add one, or take the row out."),
    ),
    "list.no_end": (
        N_("The day until which this entry counts cannot be read: it counts without an end"),
        N_("Write the day as 2026-12-31 and take the list in again."),
    ),
    "row.total": (N_("A row of totals; skipped"), ""),
    "row.header_again": (N_("The header once more; skipped"), ""),
    "row.too_many_cells": (
        N_(
        "The row has {cells} cells and the header {columns}: a delimiter or quotation mark stands "
        "inside a cell"
),
        N_("Compare the row with the file; quote the cell that contains the delimiter."),
    ),
    "row.too_wide": (
        N_("The row has {cells} cells; those past the {columns}th were dropped"),
        N_("Check the delimiter."),
    ),
    "row.too_long": (
        N_("A line longer than 16 million characters; it was set aside"),
        N_("Open the file in an editor: a line end is missing, or this is no table."),
    ),
    "row.unclosed_quote": (
        N_("A quotation mark opens in this row and does not close properly; the row was set aside"),
        N_("Double the quotation marks inside the cell, or remove them."),
    ),
    "row.bad_csv": (
        N_("The row cannot be read as delimited text; it was set aside"),
        N_("Look at its quotation marks and line ends."),
    ),
    "row.bad_json": (
        N_("The line is not a JSON object; it was set aside"),
        N_("Write one object in braces a line."),
    ),
    "case.unknown": (
        N_("No case of this number was placed by this client; the row was set aside"),
        N_("Import the placement first, or check the number."),
    ),
    "case.returned": (
        N_("The case was returned to the client and its data destroyed; the row was set aside"),
        N_("If the client places it again, it needs a case number of its own."),
    ),
    "case.duplicate_conflict": (
        N_("The case number belongs to another person already; this row was set aside"),
        N_("Ask the client which person the case is about."),
    ),
    "case.duplicate_conflict@row": (
        N_("The case number stands in row {row} already with another person; this row was set aside"),
        N_("Ask the client which person the case is about, and correct one of the two rows."),
    ),
    "case.duplicate_same": (N_("The same row as row {row}; skipped"), ""),
    "case.repeated": (N_("The case stands in row {row} already; what this row adds is added"), ""),
    "case.precision_lost": (
        N_(
        "A spreadsheet has cut the case number ({kept} digits are left): it may be any of several "
        "cases; the row was set aside"
),
        N_(
        "Ask for the file again with this column formatted as text: the lost digits are not in "
        "this file."
),
    ),
    "case.too_long": (
        N_(
        "The case number has {length} characters; the longest that is accepted has {limit}; the "
        "row was set aside"
),
        N_("Check that the right column is mapped to case."),
    ),
    # the cell
    "cell.nul": (N_(
        "The row contained NUL characters; they were removed"
), N_(
        "Ask how the file was written: NULs are a sign of damage."
)),
    "cell.too_long": (
        N_("The cell has {length} characters, more than a spreadsheet cell can hold; it was not used"),
        _LOOK,
    ),
    "cell.damaged": (
        N_("The cell contains characters that could not be read; it was not used"),
        N_("Ask for the value: the file is damaged here."),
    ),
    "cell.formula": (
        N_("The cell begins like a spreadsheet formula; it is kept as plain text and never evaluated"),
        N_("Do not open the file in a spreadsheet program before you know who wrote it."),
    ),
    "cell.error": (
        N_("The cell holds a spreadsheet error; it counts as empty"),
        N_("Ask for the file with values in place of formulas."),
    ),
    "relation.unknown": (
        N_("The relation is not one we know; the person counts as a reference"),
        N_("Nothing need be done; a reference is treated as a third party."),
    ),
    "relation.liable": (
        N_(
        "A contact is said to be liable for the debt; until the mapping says so he counts as a "
        "third party"
),
        N_("If the agreement confirms it, map his columns to guarantor or co_debtor."),
    ),
    "contact.no_name": (N_("A contact has a number and no name; the number is kept as a contact's"), ""),
    "contact.is_debtor": (N_("The contact is the debtor himself; the number is kept as his"), ""),
    "overdue.unreadable": (N_("The days overdue are not a whole number; not used"), _LOOK),
    "currency.unknown": (
        N_("The currency is not one we know; the amount was not used"),
        N_("Write the three letters of ISO 4217 (CNY, USD), or set currency in the mapping."),
    ),
    "outcome.no_number": (
        N_("The call note names no number; it is kept as a note on the case"),
        N_("If a number was dialled, map its column to outcome.number."),
    ),
    "outcome.number_several": (N_(
        "The cell holds several numbers; the result is kept for the first"
), _LOOK),
    "outcome.no_time": (
        N_("The call note has no readable time; it was set aside"),
        N_("Fill in date and time (2026-03-15 10:20)."),
    ),
    "outcome.time_assumed": (N_("The time of day is not given; noon is assumed"), ""),
    "outcome.nothing": (
        N_("The row has neither a result code nor a text; it was set aside"),
        N_("Map the columns that hold them to outcome.code and outcome.text."),
    ),
    "outcome.code_unknown": (
        N_("No code list (asked: {list}) knows this result; it is kept, and says nothing about the number"),
        N_("Set code_list in the mapping, or translate the codes before importing."),
    ),
    "outcome.code_ambiguous": (
        N_("The lists {lists} read this code differently; it is kept, and says nothing about the number"),
        N_("Set code_list in the mapping to the list this client uses."),
    ),
    "outcome.party_unknown": (
        N_("Who answered is not told in words we know; it counts as unknown"),
        N_("Use self, third_party, wrong_party or nobody (本人, 第三方, 错号, 无人)."),
    ),
    # what graph.clean finds
    "phone.annotation": (N_("A remark beside the number was set aside: {relation}"), _UNDERSTOOD),
    "phone.area_missing": (N_(
        "A landline without its area code ({shown}) is no number yet"
), N_("Add the area code (0571-…).")),
    "phone.area_shared": (N_(
        "The area code {area} before the first number was used for those after it"
), _UNDERSTOOD),
    "phone.area_zero_restored": (N_(
        "The leading 0 of area code {area}, cut by a spreadsheet, was restored"
), _UNDERSTOOD),
    "phone.country_read": (N_("The number was read as one of {country}"), _UNDERSTOOD),
    "phone.float_tail": (N_("A spreadsheet's .0 behind the number was removed"), _UNDERSTOOD),
    "phone.glued": (N_("{count} numbers written without a gap were told apart"), _UNDERSTOOD),
    "phone.hotline": (N_("{shown} is a service number, nobody's own; it was not used"), _UNDERSTOOD),
    "phone.invalid": (N_("{shown} is not a telephone number of its country"), _RETYPE),
    "phone.letters": (N_("{shown} contains letters and is no telephone number"), _RETYPE),
    "phone.mask_resized": (N_(
        "The masked number has a wrong count of stars; {length} digits are assumed"
), _UNDERSTOOD),
    "phone.mask_too_wide": (N_(
        "Only {known} digits of the masked number are known: too few to be of use"
), _RETYPE),
    "phone.scientific": (
        N_("A spreadsheet has cut the number: {kept} of {of} digits are left and cannot be completed"),
        _TEXT_COLUMN,
    ),
    "phone.scientific_restored": (N_(
        "The number was written as 1.5E+10 with all its digits; it was restored"
), _UNDERSTOOD),
    "phone.too_long": (N_("{shown} has {digits} digits, more than a telephone number can have"), _RETYPE),
    "phone.too_many": (N_(
        "The cell holds more numbers than the {limit} that are read"
), N_(
        "Spread them over several columns or rows."
)),
    "phone.too_short": (N_("{shown} has {digits} digits, fewer than a telephone number has"), _RETYPE),
    "phone.trunk_zero": (N_("A 0 before the mobile number was removed"), _UNDERSTOOD),
    "name.alias": (N_("A second name in brackets was kept as another name"), _UNDERSTOOD),
    "name.annotation": (N_("A remark beside the name was set aside: {relation}"), _UNDERSTOOD),
    "name.deceased": (
        N_("The name's cell says that the person has died; the name was kept without the remark"),
        N_("Make sure of it before anybody is contacted: a death changes what may be done."),
    ),
    "name.digits": (N_("{shown} contains digits and is no name"), _LOOK),
    "name.honorific": (N_("A title beside the name was removed"), _UNDERSTOOD),
    "name.masked_out": (N_("The name is masked entirely"), N_(
        "Ask for the name: with stars alone nobody can be recognised."
)),
    "name.number_inside": (N_("The cell held a number beside the name; they were told apart"), _UNDERSTOOD),
    "name.organisation": (N_(
        "{shown} is an organisation, not a person"
), N_(
        "Map the column to employer, or check the row."
)),
    "name.several": (N_("{shown} looks like several people"), N_("Give each person his own columns.")),
    "name.too_long": (N_(
        "The name has {length} characters: too long for one"
), N_(
        "Check that the right column is mapped to name."
)),
    "name.unreadable": (N_("{shown} is no name"), _LOOK),
    "id.check_digit": (N_(
        "The id's check digit is wrong; it is kept as weaker evidence"
), N_(
        "Compare it with the document: one digit is mistyped."
)),
    "id.date_impossible": (N_(
        "The date of birth inside the id does not exist; it is kept as weaker evidence"
), N_("Compare it with the document.")),
    "id.digit_missing": (N_("The id has {digits} of {of} digits"), _RETYPE),
    "id.excel_precision": (
        N_("A spreadsheet has cut the id: {kept} of {of} digits are left; the rest is treated as masked"),
        _TEXT_COLUMN,
    ),
    "id.mask_resized": (N_(
        "The masked id has a wrong count of stars; {length} characters are assumed"
), _UNDERSTOOD),
    "id.mask_too_wide": (N_(
        "Only {known} characters of the masked id are known: too few to be of use"
), _RETYPE),
    "id.never_issued": (N_("Such an id is never issued; it is kept as weaker evidence"), _RETYPE),
    "id.region_unknown": (N_(
        "The id's first digits are no region we know; it is kept as weaker evidence"
), N_("Compare it with the document.")),
    "id.too_long": (N_(
        "The id has {length} characters: too long for one"
), N_(
        "Check that the right column is mapped to id."
)),
    "id.unreadable": (N_("{shown} is no id"), _RETYPE),
    "id.upgraded": (N_("An id of 15 digits was completed to 18"), _UNDERSTOOD),
    "id.zero_restored": (N_("A leading 0 of the id, cut by a spreadsheet, was restored"), _UNDERSTOOD),
    "date.ambiguous": (N_(
        "Day and month can be read either way; the date was not used in full"
), N_(
        "Set date_order in the mapping (ymd, dmy or mdy)."
)),
    "date.century_assumed": (N_("Two digits of a year were read as {year}"), _UNDERSTOOD),
    "date.day_unknown": (N_("The date has no day"), N_("Give the whole date.")),
    "date.impossible": (N_("There is no such date"), _LOOK),
    "date.out_of_range": (N_("The year {year} cannot be meant"), _LOOK),
    "date.placeholder": (N_("The date is a placeholder and counts as empty"), _UNDERSTOOD),
    "date.serial": (N_("A spreadsheet's day number was read as a date"), _UNDERSTOOD),
    "date.unreadable": (N_("{shown} is no date"), N_("Write dates as 2026-03-15.")),
    "address.masked": (N_("Part of the address is masked"), _UNDERSTOOD),
    "address.too_long": (N_("The address has {length} characters: too long for one"), _LOOK),
    "address.unreadable": (N_("{shown} is no address"), _LOOK),
    "address.zip_zero_restored": (N_(
        "A leading 0 of the postcode, cut by a spreadsheet, was restored"
), _UNDERSTOOD),
    "amount.out_of_range": (N_("The amount is too large to be meant"), _LOOK),
    "amount.rounded": (N_("The amount was rounded to its smallest unit"), _UNDERSTOOD),
    "amount.scientific": (N_("A spreadsheet has cut the amount: {kept} digits are left"), _TEXT_COLUMN),
    "amount.unreadable": (N_("{shown} is no amount"), N_("Write amounts as 1234.56.")),
    "email.masked": (N_("The e-mail address is masked and cannot be used"), _UNDERSTOOD),
    "email.placeholder": (N_("The e-mail address is a placeholder and counts as empty"), _UNDERSTOOD),
    "email.several": (N_("The cell holds several e-mail addresses; the first was used"), _LOOK),
    "email.too_long": (N_("The e-mail address has {length} characters: too long for one"), _LOOK),
    "email.unreadable": (N_("{shown} is no e-mail address"), _LOOK),
    "employer.status": (N_("The employer's cell says {status}: a status, not an employer"), _UNDERSTOOD),
    "employer.too_long": (N_("The employer's name has {length} characters: too long for one"), _LOOK),
    "employer.unreadable": (N_("{shown} is no employer"), _LOOK),
}  # fmt: skip
