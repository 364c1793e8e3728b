"""Experiments that run the whole way, from a raw file to evaluated predictions, several times over."""
