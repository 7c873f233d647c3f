"""The faults' part of docs/sandbox.md, written from the list: `python -m sandbox.recommender.faults.describing`."""

from __future__ import annotations

from pathlib import Path

from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
BEGIN, END = "<!-- faults: begin (generated) -->", "<!-- faults: end -->"


def describe_faults() -> str:
    """Two tables in Markdown: what goes wrong, and what rightly changes."""
    faults = [fault for fault in EVERY_FAULT if fault.kind == "fault"]
    benign = [fault for fault in EVERY_FAULT if fault.kind == "benign"]
    return "\n".join(
        [
            "| no. | name | title | true cause | class | checks | default damage | rollback |",
            "|---|---|---|---|---|---|---|---|",
            *(_fault_row(fault) for fault in faults),
            "",
            "Benign changes, which must stay silent:",
            "",
            "| name | title | what happens | default size |",
            "|---|---|---|---|",
            *(f"| `{each.name}` | {each.title} | {each.cause} | {_size(each)} |" for each in benign),
        ]
    )


def renew(page: str) -> str:
    """The page with its generated part written anew; ValueError when the page has lost the marks around it."""
    if BEGIN not in page or END not in page:
        raise ValueError(f"docs/sandbox.md needs the lines {BEGIN} and {END} around the faults.")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n{describe_faults()}\n{END}{after}"


def _fault_row(fault: Fault) -> str:
    codes, mends = ", ".join(fault.codes), "yes" if fault.rollback_mends else "no"
    told = (fault.number, f"`{fault.name}`", fault.title, fault.cause, fault.cause_class, codes, _size(fault), mends)
    return f"| {' | '.join(str(each) for each in told)} |"


def _size(fault: Fault) -> str:
    return f"{fault.damage.usual:g} ({fault.damage.unit})"


if __name__ == "__main__":
    PAGE.write_text(renew(PAGE.read_text()))
