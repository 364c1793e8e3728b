"""What a model's probabilities rest on: over all loans, and for single ones."""
