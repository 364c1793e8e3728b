"""How far the metrics fall when applications hold errors or gaps."""
