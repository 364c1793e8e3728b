"""Architectures of the ANN: one small module each, its settings and how its layers are put together."""
