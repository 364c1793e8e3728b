"""Room for the columns of a result beside those of the file that was scored."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_SUFFIX = "_in_file"


def renamed_columns(columns: Sequence[str], own: Collection[str]) -> dict[str, str]:
    """Find other names for columns that are called as columns of the result are, so that none is lost.

    A file has them when it is itself a result that was mended and sent again.

    Args:
        columns: Header of the file.
        own: Columns that the result adds.

    Returns:
        New name for each column that needs one: `reason` becomes `reason_in_file`, and longer where there is
        one already.
    """
    taken = {*columns, *own}
    renamed = {}
    for name in columns:
        if name in own:
            new = name + _SUFFIX
            while new in taken:
                new += _SUFFIX
            taken.add(new)
            renamed[name] = new
    return renamed
