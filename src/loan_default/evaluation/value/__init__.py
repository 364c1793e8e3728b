"""What a model's decisions are worth in money."""
