"""How every benchmark prints: raw numbers for people, and one JSON line at the end for machines."""

import argparse
import json
from collections.abc import Mapping


def parser(about: str | None) -> argparse.ArgumentParser:
    """Return a parser with the option that all benchmarks share."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    return options


def arguments(about: str | None) -> argparse.Namespace:
    """Parse the options of a benchmark that has no others."""
    return parser(about).parse_args()


def show(options: argparse.Namespace, raw: Mapping[str, str], line: Mapping[str, float]) -> None:
    """Print *raw* numbers with their units, then *line* as JSON."""
    if not options.json:
        width = max(map(len, raw), default=0)
        for name, value in raw.items():
            print(f"{name:<{width}}  {value}")
    print(json.dumps(line))
