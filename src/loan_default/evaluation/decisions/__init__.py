"""What the probabilities decide: score bands, risk bands and the threshold."""
