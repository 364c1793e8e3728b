"""From cleaned applications to model input: derived features, encoders, the fitted transformer."""
