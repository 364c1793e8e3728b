"""Publishing a bundle: what lands on the Hub, and that it can be served from there at its commit."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.scoring.conftest import write

from loan_default.app.bundle_source import local_bundle
from loan_default.scoring import Scorer

from .hub_stand_in import TOKEN, Hub, running_hub, use_hub

PROJECT = Path(__file__).parents[2]
REPOSITORY = "bank/made-up"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with running_hub() as hub:
        use_hub(hub.url, monkeypatch, str(tmp_path / "cache"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield hub


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, which looks for model cards in another project folder."""
    spec = importlib.util.spec_from_file_location("publish", PROJECT / "deploy/publish.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    return module


def test_a_published_bundle_can_be_served_at_the_commit_that_is_printed(
    hub: Hub,
    publish: ModuleType,
    bundle: Path,
    bundle_files: dict[str, bytes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert publish.main([REPOSITORY, "--bundle", str(bundle)]) == 0
    source = capsys.readouterr().out.splitlines()[-1].removeprefix("LOAN_DEFAULT_BUNDLE=")
    with local_bundle(source) as folder:
        assert Scorer.load(folder).manifest == Scorer.load(bundle).manifest
    assert hub.visibility == {REPOSITORY: "private"}
    assert hub.newest(REPOSITORY).keys() == {*bundle_files, "README.md"}


def test_the_card_tells_what_the_manifest_knows(publish: ModuleType, bundle: Path) -> None:
    card = publish.model_card(Scorer.load(bundle).manifest)
    assert card.startswith("---\nlibrary_name: onnxruntime\n")
    assert "| ROC AUC | 0.700 |" in card
    assert "- For tests only." in card


def test_the_card_of_the_run_goes_before_the_short_one(
    publish: ModuleType,
    bundle: Path,
    tmp_path: Path,
) -> None:
    manifest = Scorer.load(bundle).manifest
    written = tmp_path / "data/08_reporting" / manifest.portfolio.name / "model_card.md"
    written.parent.mkdir(parents=True)
    written.write_text("# The long card\n")
    card = publish.model_card(manifest)
    assert card.startswith("---\nlibrary_name: onnxruntime\n")
    assert card.endswith("---\n\n# The long card\n")
    written.write_text("---\nlicense: mit\n---\n# With its own front\n")
    assert publish.model_card(manifest) == written.read_text()


def test_a_new_bundle_takes_the_place_of_the_old_and_its_stale_files(
    hub: Hub,
    publish: ModuleType,
    bundle: Path,
    other_files: dict[str, bytes],
    tmp_path: Path,
) -> None:
    hub.commit(REPOSITORY, {"old.onnx": b"old", "LICENSE": b"kept"})
    commits = [publish.publish(folder, REPOSITORY) for folder in (bundle, write(other_files, tmp_path / "b"))]
    assert len(set(commits)) == 2
    files = hub.newest(REPOSITORY)
    assert "old.onnx" not in files
    assert files["LICENSE"] == b"kept"
    assert json.loads(files["manifest.json"])["version"] == "second"


def test_nothing_is_sent_without_a_token_of_a_changed_bundle_or_under_a_wrong_name(
    hub: Hub,
    publish: ModuleType,
    bundle: Path,
    bundle_files: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changed = write({**bundle_files, "threshold.json": b"{}"}, tmp_path / "changed")
    assert publish.main([REPOSITORY, "--bundle", str(changed)]) == 2
    assert "threshold.json was changed" in capsys.readouterr().err
    assert publish.main(["not/a/name", "--bundle", str(bundle)]) == 2
    assert "not/a/name" in capsys.readouterr().err
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody_else")
    assert publish.main([REPOSITORY, "--bundle", str(bundle)]) == 2
    assert REPOSITORY in capsys.readouterr().err
    use_hub("http://127.0.0.1:9", monkeypatch, str(tmp_path / "cache"))  # nobody answers there
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert publish.main([REPOSITORY, "--bundle", str(bundle)]) == 2
    assert f"{REPOSITORY} on the Hub: " in capsys.readouterr().err
    monkeypatch.delenv("HF_TOKEN")
    assert publish.main([REPOSITORY, "--bundle", str(bundle)]) == 2
    assert "set HF_TOKEN" in capsys.readouterr().err
    assert hub.commits == {}
