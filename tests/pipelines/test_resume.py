"""`kedro run --pipeline ann_training --params ann.resume=true` goes on where training stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

NAME = "consumer_credit"
NETWORK = {"kind": "tabm", "hidden_layers": [8], "members": 2}


def test_training_goes_on_from_its_last_epoch(project: Path, run_pipeline: Callable[..., None]) -> None:
    run_pipeline(project, NAME, ["cleaning", "feature_engineering"])
    history = project / "data" / "08_reporting" / NAME / "ann" / "history.csv"
    seconds = []
    for epochs, resume in ((2, False), (3, True)):
        ann = {"network": NETWORK, "batch_size": 256, "max_epochs": epochs, "resume": resume}
        run_pipeline(project, NAME, "ann_training", ann=ann)
        trained = pd.read_csv(history)
        assert trained["epoch"].tolist() == list(range(1, epochs + 1))
        seconds.append(trained["seconds"].tolist()[:2])
    # The first two epochs are those of the first run, not trained again.
    assert seconds[0] == seconds[1]
    chosen = json.loads((project / "data" / "06_models" / NAME / "ann" / "network.json").read_text())
    assert (chosen["suited"]["kind"], chosen["suited"]["members"]) == ("tabm", 2)
    assert (project / "data" / "06_models" / NAME / "ann" / "checkpoints" / "network_1.npz").is_file()
