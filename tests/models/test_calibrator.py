import json
import subprocess
import sys

import numpy as np
import pytest

from loan_default.models.calibrator import Calibrator

NOTHING = {"method": "none"}
PLATT = Calibrator("platt", {"method": "undersample", "beta": 1 / 3}, slope=1.1, intercept=-0.1)
ISOTONIC = Calibrator("isotonic", NOTHING, scores=(0.1, 0.3), probabilities=(0.0, 1 / 3), note="two corners")


def test_correction_comes_before_calibration():
    calibrator = Calibrator("platt", {"method": "undersample", "beta": 0.25}, slope=2.0, intercept=np.log(4))
    # 0.5 is corrected to 0.2, odds 1/4; squared and times 4 that is 1/4 again: 0.2.
    np.testing.assert_allclose(calibrator.apply(np.array([0.5])), [0.2], rtol=1e-12)


def test_isotonic_interpolates_and_clips():
    probability = ISOTONIC.apply(np.array([0.0, 0.2, 0.3, 0.9]))
    np.testing.assert_allclose(probability, [1e-7, 1 / 6, 1 / 3, 1 / 3], rtol=1e-12)


@pytest.mark.parametrize("calibrator", [Calibrator("none", NOTHING), PLATT, ISOTONIC])
def test_probabilities_stay_strictly_inside_0_and_1(calibrator):
    probability = calibrator.apply(np.array([0.0, 1e-12, 0.5, 1.0], dtype=np.float32))
    assert probability.dtype == np.float64
    assert (probability >= 1e-7).all()
    assert (probability <= 1 - 1e-7).all()


@pytest.mark.parametrize("calibrator", [Calibrator("none", NOTHING), PLATT, ISOTONIC])
def test_round_trip_through_json_is_exact(calibrator):
    assert Calibrator.from_dict(json.loads(json.dumps(calibrator.to_dict()))) == calibrator


def test_applying_needs_no_scikit_learn_pandas_or_pydantic():
    script = (
        "import sys, numpy\n"
        "from loan_default.models.calibrator import Calibrator\n"
        "Calibrator('platt', {'method': 'none'}).apply(numpy.array([.5]))\n"
        "print([m for m in ('sklearn', 'pandas', 'pydantic', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
