"""The settings of tracking, from `conf/base/mlflow.yml`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loan_default.errors import InputError


class TrackingSettings(BaseModel):
    """What a user can set of tracking."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(default=True, description="Whether runs are tracked at all.")
    tracking_uri: str | None = Field(
        default=None, description="MLflow's store; null: mlflow.db in the project."
    )
    experiment: str | None = Field(
        default=None, description="Name of the experiment; null: the portfolio's name."
    )

    @classmethod
    def from_config(cls, values: dict[str, Any]) -> TrackingSettings:
        """Validate the content of mlflow.yml.

        Raises:
            InputError: A key or value is not allowed.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(map(str, fault['loc']))} = {fault['input']!r}: {fault['msg']}"
                for fault in error.errors()
            )
            allowed = ", ".join(cls.model_fields)
            raise InputError(f"mlflow.yml in conf/base: {faults}. Allowed keys: {allowed}.") from error


def tracking_uri(settings: TrackingSettings, project: Path) -> str:
    """Find the store: the environment variable, else the setting, else the project's own database."""
    own = f"sqlite:///{project / 'mlflow.db'}"
    return os.environ.get("MLFLOW_TRACKING_URI") or settings.tracking_uri or own
