"""Where the model is weakest: slices of the loans with the worst calibration or ranking."""
