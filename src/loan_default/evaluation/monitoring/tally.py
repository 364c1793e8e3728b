"""Count the inputs of new applications in the bins of training, part by part: no row is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import NEVER_SEEN
from loan_default.evaluation.monitoring.reference import ColumnReference


class InputTally:
    """Counts of every input.

    Args:
        reference: Distribution in training by input.

    Attributes:
        rows: Applications counted.
        counts: Applications in each bin, int of shape (bins,), by input.
        new_labels: How often each label that training did not have was seen, by input.
    """

    def __init__(self, reference: Mapping[str, ColumnReference]) -> None:
        self._reference = reference
        self.rows = 0
        self.counts = {name: np.zeros(len(column.counts), np.int64) for name, column in reference.items()}
        self.new_labels: dict[str, Counter[str]] = {name: Counter() for name in reference}

    def add(self, columns: pd.DataFrame) -> None:
        """Count some applications.

        Args:
            columns: Every input, as in the reference.
        """
        self.rows += len(columns)
        for name, column in self._reference.items():
            places = column.bins.place(columns[name])
            labels = column.bins.labels
            self.counts[name] += np.bincount(places, minlength=len(labels))
            if NEVER_SEEN in labels:
                strange = columns[name][places == labels.index(NEVER_SEEN)]
                self.new_labels[name].update(strange.astype(str).tolist())
