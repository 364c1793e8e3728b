"""From an application to a decision; without Kedro, MLflow, TensorFlow or scikit-learn."""

from loan_default.scoring.checking import Checked, Fault
from loan_default.scoring.decision import Decision
from loan_default.scoring.fields import Field
from loan_default.scoring.manifest import Manifest
from loan_default.scoring.reasons import Contributions, Reason
from loan_default.scoring.scorer import Scorer

__all__ = ["Checked", "Contributions", "Decision", "Fault", "Field", "Manifest", "Reason", "Scorer"]
