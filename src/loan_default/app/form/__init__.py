"""The web form for people, mounted at `/gradio`; it is in the same process as the scorer."""

from loan_default.app.form.mounting import mounted_form

__all__ = ["mounted_form"]
