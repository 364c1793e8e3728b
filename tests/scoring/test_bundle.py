"""The bundle: complete, unchanged, of a known format, and nothing pickled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loan_default.errors import InputError
from loan_default.scoring import Scorer
from loan_default.scoring.bundle import FILES, MANIFEST, REFERENCE, read_bundle
from loan_default.scoring.manifest import FORMAT

from .conftest import SERVICE, Fitted, pack, write


@pytest.fixture
def changed(files: dict[str, bytes], tmp_path: Path) -> Callable[..., Path]:
    """Write the bundle with changed files (None: left out), or a changed manifest."""

    def changed(manifest: dict[str, Any] | None = None, **contents: bytes | None) -> Path:
        named = {name.replace("__", "."): content for name, content in contents.items()}
        result = {name: content for name, content in {**files, **named}.items() if content is not None}
        if manifest is not None:
            result[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | manifest).encode()
        return write(result, tmp_path / "changed")

    return changed


def test_every_file_is_named_with_its_hash_and_none_is_a_pickle(files: dict[str, bytes]) -> None:
    manifest = json.loads(files[MANIFEST])
    assert set(files) == {MANIFEST, *FILES, REFERENCE}
    assert manifest["files"] == {
        name: hashlib.sha256(files[name]).hexdigest() for name in (*FILES, REFERENCE)
    }
    for name in set(files) - {"model.onnx"}:
        json.loads(files[name])


def test_the_manifest_says_what_it_is(folder: Path) -> None:
    manifest = read_bundle(folder).manifest
    assert manifest.format == FORMAT
    assert manifest.portfolio.model_dump() == {"name": "made_up", "title": "Made-up loans", "currency": "EUR"}
    assert (manifest.model, manifest.role, manifest.admitted) == ("logistic_regression", "champion", True)
    assert (manifest.run_id, manifest.data_fingerprint) == ("run 1", "0123456789abcdef")
    assert manifest.metrics == {"roc_auc": 0.7, "roc_auc_low": 0.6, "roc_auc_high": 0.8}
    assert (manifest.threshold, manifest.threshold_reason) == (0.3, "Fixed at 0.3.")
    assert [(band.name, band.low, band.high, band.policy) for band in manifest.bands] == [
        ("low", 0, 0.2, "accept"),
        ("medium", 0.2, 0.5, "refer"),
        ("high", 0.5, 1, "decline"),
    ]
    assert manifest.disagreement is None
    assert manifest.limits == ("For tests only.",)
    assert {"python", "onnxruntime", "numpy", "scikit-learn"} <= set(manifest.versions)
    assert datetime.now(UTC) >= datetime.fromisoformat(manifest.created)


def test_the_version_names_the_content(fitted: Fitted, files: dict[str, bytes]) -> None:
    model = files["model.onnx"]
    stricter = SERVICE.model_copy(
        update={
            "bands": (
                *(band.model_copy(update={"policy": "refer"}) for band in SERVICE.bands[:2]),
                SERVICE.bands[2],
            )
        }
    )
    rescaled = SERVICE.model_copy(update={"scale": SERVICE.scale.model_copy(update={"base_score": 500})})
    first, same, *others = (
        json.loads(pack(fitted, model, **changes)[MANIFEST])["version"]
        for changes in (
            *({}, {"run_id": "run 2"}),
            *({"threshold": {"value": 0.31}}, {"service": stricter}, {"service": rescaled}),
        )
    )
    assert first == same
    assert len({first, *others}) == 4


def test_a_model_that_was_not_chosen_and_not_admitted_says_so(
    fitted: Fitted, files: dict[str, bytes]
) -> None:
    criteria = {"min_roc_auc_low": {"value": 0.4901, "limit": 0.55, "passed": False}}
    champion = {"champion": None, "challenger": None, "criteria": {"random_forest": criteria}}
    packed = pack(fitted, files["model.onnx"], name="random_forest", champion=champion)
    manifest = json.loads(packed[MANIFEST])
    assert (manifest["role"], manifest["admitted"]) == ("requested", False)
    refused, own = manifest["limits"]
    assert refused.startswith("It does not meet the minimum criteria (min_roc_auc_low: 0.490, limit 0.55)")
    assert own == "For tests only."


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(changed: Callable[..., Path], files: dict[str, bytes], name: str) -> None:
    content = files[name]
    folder = changed(**{name.replace(".", "__"): content[:-1] + bytes([content[-1] ^ 1])})
    with pytest.raises(InputError, match=f"{name} was changed after the bundle was written"):
        Scorer.load(folder)


@pytest.mark.parametrize("name", FILES)
def test_an_incomplete_bundle_is_refused(changed: Callable[..., Path], name: str) -> None:
    with pytest.raises(InputError, match=f"is incomplete: {name} is missing. Run `kedro run"):
        Scorer.load(changed(**{name.replace(".", "__"): None}))


def test_a_folder_without_a_manifest_is_no_bundle(changed: Callable[..., Path], tmp_path: Path) -> None:
    for folder in (changed(manifest__json=None), tmp_path / "nowhere"):
        with pytest.raises(InputError, match=r"is not a scoring bundle: manifest\.json is missing"):
            Scorer.load(folder)


def test_a_newer_format_is_refused_before_it_is_read(changed: Callable[..., Path]) -> None:
    folder = changed({"format": FORMAT + 1, "something_new": 1})
    with pytest.raises(InputError, match=rf"has format {FORMAT + 1}; .* reads format {FORMAT}. Update"):
        Scorer.load(folder)


def test_a_bundle_from_before_policies_says_how_to_get_a_new_one(
    changed: Callable[..., Path], files: dict[str, bytes]
) -> None:
    bands = [
        {key: value for key, value in band.items() if key != "policy"}
        for band in json.loads(files[MANIFEST])["bands"]
    ]
    with pytest.raises(
        InputError, match=r"has format 1, from before risk bands had policies; .* Run `kedro run"
    ):
        Scorer.load(changed({"format": 1, "bands": bands}))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "x"}', b"\xff"])
def test_a_damaged_manifest_is_refused(changed: Callable[..., Path], content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read as a manifest"):
        Scorer.load(changed(manifest__json=content))


def test_a_manifest_with_a_wrong_entry_names_it(changed: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="cannot be read at threshold: Input should be a valid number"):
        Scorer.load(changed({"threshold": "high"}))


def test_a_manifest_that_does_not_vouch_for_a_file_is_refused(
    changed: Callable[..., Path], files: dict[str, bytes]
) -> None:
    hashes = json.loads(files[MANIFEST])["files"]
    del hashes["calibrator.json"]
    with pytest.raises(InputError, match=r"manifest\.json lacks calibrator\.json"):
        Scorer.load(changed({"files": hashes}))


def test_the_example_is_nobody_s_and_written_as_in_the_file(files: dict[str, bytes]) -> None:
    example = json.loads(files["input_example.json"])
    assert example["Sum"] == example["Sum"].strip()
    assert (example["purpose"], example["owner"] in ("1", "0"), example["note"]) == ("car", True, "")
