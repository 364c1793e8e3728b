"""Tracking in MLflow, from what the catalog says of its datasets; nodes know nothing of it.

A catalog entry with `metadata: {mlflow: KIND}` is logged when it is saved; see `kinds` for the kinds.
"""
