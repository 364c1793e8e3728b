"""The model in service over HTTP; it sees only `loan_default.scoring`."""

from loan_default.app.application import create_app
from loan_default.app.settings import Settings

__all__ = ["Settings", "create_app"]
