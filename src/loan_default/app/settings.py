"""The settings of the service, from environment variables."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from loan_default.app.bundle_source import ALLOWED

PREFIX = "LOAN_DEFAULT_"

LOOPBACK = "127.0.0.1"
EVERY_INTERFACE = "0.0.0.0"


class Settings(BaseSettings):
    """How the service runs; each field is the environment variable LOAN_DEFAULT_<FIELD>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_parse_none_str="none", env_ignore_empty=True, frozen=True
    )

    bundle: str = Field(
        default="data/06_models/lending_club/scoring_bundle",
        min_length=1,
        description=f"The scoring bundle: {ALLOWED}.",
    )
    bundle_check_seconds: float = Field(
        default=2.0, gt=0, description="Seconds between two looks for a new bundle in its folder."
    )
    host: str | None = Field(
        default=None,
        description="Address to listen on; by default every interface with an API key, loopback without.",
    )
    port: int = Field(default=7860, ge=0, le=65535, description="Port to listen on; 0: any free one.")
    workers: int = Field(default=1, ge=1, description="Processes that answer; each holds the model.")
    api_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Key that X-API-Key must hold for /api and /metrics, at least 16 characters; none: open.",
    )
    form: bool = Field(default=True, description="Whether people find the web form at /gradio.")
    max_batch: int = Field(default=10_000, ge=1, description="Applications in one request at most.")
    max_body_bytes: int = Field(default=16 * 2**20, ge=1, description="Bytes of a request's body at most.")
    log_path: Path | None = Field(
        default=Path("logs/predictions.jsonl"), description="File of the prediction log; none: no log."
    )
    log_inputs: bool = Field(default=True, description="Whether the log holds what the applicants gave.")
    log_max_bytes: int = Field(
        default=50 * 2**20, ge=1, description="Size in bytes at which the log is rotated."
    )
    log_files: int = Field(
        default=10, ge=1, description="Files of the log that are kept, the newest included."
    )

    @field_validator("bundle", mode="before")
    @classmethod
    def _as_text(cls, bundle: object) -> object:
        return str(bundle) if isinstance(bundle, Path) else bundle

    def accepts(self, key: str) -> bool:
        """Tell whether a caller with this key may use what the key guards; without a key everyone may."""
        if self.api_key is None:
            return True
        return secrets.compare_digest(key.encode(), self.api_key.get_secret_value().encode())

    @property
    def listen_on(self) -> str:
        """Return the address to bind to; without a key only this machine reaches it, unless told so."""
        if self.host is not None:
            return self.host
        return LOOPBACK if self.api_key is None else EVERY_INTERFACE
