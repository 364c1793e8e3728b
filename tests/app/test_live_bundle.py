"""A bundle is replaced while it serves: the new one when it is sound, the old one until then."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from tests.scoring.conftest import write

from loan_default.app.live_bundle import LiveBundle
from loan_default.app.metrics import Metrics
from loan_default.errors import InputError

from .conftest import replace_bundle


def _loads(metrics: Metrics, outcome: str) -> float:
    return metrics.bundle_loads.labels(outcome)._value.get()  # type: ignore[no-any-return]


@pytest.fixture
def folder(tmp_path: Path, bundle_files: dict[str, bytes]) -> Path:
    return write(bundle_files, tmp_path / "bundle")


@pytest.fixture
def live(folder: Path) -> LiveBundle:
    live = LiveBundle(str(folder), Metrics())
    live.load()
    return live


def test_nothing_is_done_while_nothing_changes(live: LiveBundle) -> None:
    scorer = live.scorer
    assert not live.refresh()
    live.load()
    assert live.scorer is scorer


def test_a_new_bundle_takes_over(live: LiveBundle, folder: Path, other_files: dict[str, bytes]) -> None:
    before = live.scorer
    replace_bundle(folder, other_files)
    assert live.refresh()
    assert live.scorer.manifest.version == "second"
    assert before.manifest.version != "second", "a request in work keeps its model"
    assert not live.refresh()
    assert _loads(live._metrics, "loaded") == 2


def test_a_link_may_be_swapped(tmp_path: Path, folder: Path, other_files: dict[str, bytes]) -> None:
    link, aside = tmp_path / "current", tmp_path / "current.new"
    link.symlink_to(folder)
    live = LiveBundle(str(link), Metrics())
    live.load()
    aside.symlink_to(write(other_files, tmp_path / "bundle_2"))
    aside.rename(link)
    assert live.refresh()
    assert live.scorer.manifest.version == "second"


def test_a_bad_bundle_is_refused_until_it_is_mended(
    live: LiveBundle, folder: Path, other_files: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    before = live.scorer
    replace_bundle(folder, other_files | {"calibrator.json": b"{}"})
    for _ in range(3):
        assert not live.refresh()
    assert live.scorer is before
    refusals = [record for record in caplog.records if "refused" in record.message]
    assert len(refusals) == 1, "said once, not at each look"
    assert "calibrator.json" in refusals[0].message
    assert _loads(live._metrics, "refused") == 1

    (folder / "calibrator.json").write_bytes(other_files["calibrator.json"])
    assert live.refresh()
    assert live.scorer.manifest.version == "second"


def test_while_the_folder_is_away_the_old_bundle_serves(live: LiveBundle, folder: Path) -> None:
    shutil.rmtree(folder)
    assert not live.refresh()
    assert live.is_loaded
    assert _loads(live._metrics, "refused") == 0


def test_the_watch_sees_it_by_itself(live: LiveBundle, folder: Path, other_files: dict[str, bytes]) -> None:
    async def watch() -> None:
        watching = asyncio.create_task(live.watch(0.01))
        replace_bundle(folder, other_files)
        async with asyncio.timeout(20):
            while live.scorer.manifest.version != "second":
                await asyncio.sleep(0.01)
        watching.cancel()

    asyncio.run(watch())


def test_without_a_bundle_it_does_not_start(tmp_path: Path) -> None:
    live = LiveBundle(str(tmp_path / "nowhere"), Metrics())
    with pytest.raises(InputError, match="nowhere"):
        live.load()
    with pytest.raises(RuntimeError, match="not loaded"):
        _ = live.scorer
