"""`litmill verify [page ...]`: does every sentence, number and table cell of the documentation stand on its source?

litmill verify                           all pages
litmill verify models/llama-2-7b         these pages
litmill verify --json                    a line of JSON a fault, then one with the counts

It reads build/docs/ beside elements/, facts/ and knowledge/, and shares no rule with the writer: quotes are looked up
at their places, hashes made anew, sentences compared with their quotes, numbers after their units are worked out, and
values with the facts that were read at these places. What the build counted of itself is counted again. Exit code 1:
faults were found.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from litmill.documents import BUILD, nearest
from stages.core.run.errors import UserError

SHOWN = 50


def main(arguments: list[str]) -> int:
    """Print the faults and the counts. Exit code 0: all stands; 1: faults; 2: nothing to verify."""
    parser = argparse.ArgumentParser(
        prog="litmill verify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", metavar="page", help="pages to verify; all, if none is named")
    parser.add_argument("--json", action="store_true", help="a line of JSON a fault, then one with the counts")
    chosen = parser.parse_args(arguments)
    from litmill.verify.pages import verify

    report = verify(BUILD, chosen.pages)
    for name in chosen.pages:
        if name not in report.pages:
            raise UserError(f"no page is {name!r}{nearest(name, report.known)}")
    counts = {**report.counts, "faults": len(report.faults)}
    if chosen.json:
        for fault in report.faults:
            print(json.dumps(asdict(fault), ensure_ascii=False))
        print(json.dumps(counts))
    else:
        for fault in report.faults[:SHOWN]:
            print(f"{fault.page}: {fault.reason}: {fault.text}")
        if len(report.faults) > SHOWN:
            print(f"and {len(report.faults) - SHOWN} more", file=sys.stderr)
        reasons = Counter(fault.reason for fault in report.faults)
        told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common()) or "all stand"
        print(f"{counts['citations']} citations, {counts['claims']} claims on {counts['pages']} pages: {told}")
    return 1 if report.faults else 0
