"""Measurements one after another, written down after each, so that nothing finished is lost."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from watched_run import PROJECT, RunError, say

SHARED = "<shared>"
"""The folder of files outside the project, in commands that are written down: where it lies is a matter of
the machine."""

Record = dict[str, Any]


class SkippedError(Exception):
    """A measurement that cannot be made here, with why."""


def read_options(description: str, titles: Mapping[str, str], *, with_shared: bool) -> argparse.Namespace:
    """Read the command line.

    Args:
        description: What the script does.
        titles: What there is to measure, for people, by name.
        with_shared: Whether it reads files that are not part of the project.

    Returns:
        `only` (names or None), `list`, `output`, and `shared` where it was asked for.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=list(titles), metavar="NAME", help="only these")
    parser.add_argument("--list", action="store_true", help="list what there is and measure nothing")
    parser.add_argument(
        "--output", type=Path, default=PROJECT / "docs", help="where the results go (default: docs)"
    )
    if with_shared:
        parser.add_argument(
            "--shared",
            type=Path,
            default=PROJECT.parent / "shared" / "data",
            help="folder of the files that are not part of the project (default: ../shared/data)",
        )
    return parser.parse_args()


def file_below(shared: Path, name: str | None, own: str | None = None) -> Path | None:
    """Find a file below the shared folder, or the one in the project that stands in for it.

    Args:
        shared: The folder.
        name: The file in it; None = the portfolio's own file is read, and none is looked for.
        own: The file in the project.

    Raises:
        SkippedError: Neither is there.
    """
    if name is None:
        return None
    file = shared.resolve() / name
    if file.exists():
        return file
    if own is not None and (PROJECT / own).exists():
        return PROJECT / own
    raise SkippedError(f"{file} does not exist (see --shared)")


def measure_each(
    options: argparse.Namespace,
    titles: Mapping[str, str],
    measure: Callable[[str], Record],
    page: Callable[[Mapping[str, Record]], str],
    stem: str,
    record_failure: Callable[[str, RunError], Record] | None = None,
) -> int:
    """Measure what is chosen; after each, write all results to `<stem>.json` and the page to `<stem>.md`.

    Args:
        options: From `read_options`.
        titles: What there is, in the order of the page.
        measure: Makes the record of one, with `seconds`; raises RunError or SkippedError.
        page: Writes the page from the records.
        stem: Name of both files without ending.
        record_failure: Makes the record of one that failed; without it the earlier record stays.

    Returns:
        The exit code: 1 where one failed, 130 after Ctrl-C.
    """
    if options.list:
        print("\n".join(f"{name:34}{title}" for name, title in titles.items()))
        return 0
    options.output.mkdir(parents=True, exist_ok=True)
    store = options.output / f"{stem}.json"
    results: dict[str, Record] = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    start = time.monotonic()
    failed = []
    for name in titles:
        if options.only and name not in options.only:
            continue
        say(f"{name} ... ", end="")
        try:
            results[name] = measure(name)
            say(f"{results[name]['seconds']:.0f} s")
        except SkippedError as reason:
            say(f"skipped: {reason}")
            continue
        except RunError as error:
            say(f"failed:\n{error}")
            failed.append(name)
            if record_failure is None:
                continue
            results[name] = record_failure(name, error)
        except KeyboardInterrupt:
            say("interrupted; what was finished is written down")
            return 130
        ordered = {key: results[key] for key in titles if key in results}
        store.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
        (options.output / f"{stem}.md").write_text(page(ordered), encoding="utf-8")
    say(f"total {(time.monotonic() - start) / 60:.1f} min; written to {options.output}")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0
