"""Kedro's settings of this project."""

import os
import warnings

# Before anything loads OpenMP: LightGBM and scikit-learn otherwise spin while they wait, on busy cores up to
# 70 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from loan_default.hooks import RaiseAlarm, RequiredInputs, SoundConfiguration
from loan_default.tracking.hook import MlflowTracking

# Kedro calls omegaconf in its old way at every run, and warns of a node that reads the datasets of several
# namespaces, which is what comparing models means. Nothing a user could do about either.
warnings.filterwarnings("ignore", message="register_new_resolver", category=UserWarning)
warnings.filterwarnings("ignore", message="One or more dataset names contain '.'", category=UserWarning)

HOOKS = (MlflowTracking(), RequiredInputs(), SoundConfiguration(), RaiseAlarm())
# Tracking is this project's own; usage statistics are sent nowhere (see also the file .telemetry).
DISABLE_HOOKS_FOR_PLUGINS = ("kedro-mlflow", "kedro_mlflow", "kedro-telemetry")

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "lending_club",
    # A portfolio changes single keys of the parameters in base, and --params single keys of either.
    "merge_strategy": {"parameters": "soft", "globals": "soft"},
    "config_patterns": {
        # A portfolio's description is a parameter of the nodes; the catalog reads its name and file, and
        # which model is tuned.
        "parameters": ["parameters*", "parameters*/**", "**/parameters*", "portfolio.yml"],
        "globals": ["globals.yml", "portfolio.yml", "parameters_tuning.yml"],
        "mlflow": ["mlflow.yml"],
    },
}
