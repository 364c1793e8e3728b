"""Run the installed project without Kedro's own command: `python -m loan_default`."""

from __future__ import annotations

import sys
from pathlib import Path

from kedro.framework.project import configure_project


def main() -> None:
    """Run the pipelines as `kedro run` does, with the same options."""
    configure_project(Path(__file__).parent.name)
    from loan_default.cli import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
