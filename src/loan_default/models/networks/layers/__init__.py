"""Keras layers and the loss of the networks; importing a module here imports Keras."""
