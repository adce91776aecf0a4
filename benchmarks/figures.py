"""How every benchmark prints: raw numbers for people, and one JSON line at the end for machines."""

import argparse
import json
from collections.abc import Mapping


def arguments(about: str | None) -> argparse.Namespace:
    """Parse the options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    return parser.parse_args()


def show(options: argparse.Namespace, raw: Mapping[str, str], line: Mapping[str, float]) -> None:
    """Print *raw* numbers with their units, then *line* as JSON."""
    if not options.json:
        width = max(map(len, raw))
        for name, value in raw.items():
            print(f"{name:<{width}}  {value}")
    print(json.dumps(line))
