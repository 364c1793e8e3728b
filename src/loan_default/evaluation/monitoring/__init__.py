"""Whether the model in service still meets the people and the risk it was made for."""
