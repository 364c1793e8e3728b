"""Train, correct, calibrate and cut: from features to a probability of default and a decision."""
