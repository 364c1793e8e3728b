"""How a model's decisions and probabilities differ between groups of people."""
