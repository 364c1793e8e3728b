"""What the probabilities decide: score bands, risk bands with their policies, and the threshold."""
