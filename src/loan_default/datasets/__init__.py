"""Kedro datasets that never leave a half-written file behind.

The catalog names them by module: `loan_default.datasets.table.TableDataset`, so that a run imports only what
it uses.
"""
