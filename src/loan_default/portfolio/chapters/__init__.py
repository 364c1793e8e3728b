"""Chapters of the model report that are about the portfolio: its rows, its columns, its leaks."""
