"""``make bench [ONLY=part,…]``: a table, and as the last line one JSON object."""

from __future__ import annotations

import argparse
import json
import sys

from .row import Row, table

PARTS = ("pages", "install", "mobility", "ilsa", "irt")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    wanted = [part for part in parser.parse_args().only.split(",") if part]
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        print(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for part in wanted:
        module = __import__(f"bench.{part}", fromlist=["measure"])
        rows += module.measure()
    print(table(rows))
    print(json.dumps({"rows": [row.as_dict() for row in rows]}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
