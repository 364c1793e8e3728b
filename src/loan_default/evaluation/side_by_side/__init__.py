"""The models side by side: ranking, calibration, gains, and how their probabilities tell outcomes apart."""
