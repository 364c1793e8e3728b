"""From a lender's file of past loans to a probability of default that holds on the next loan."""

__version__ = "0.1.0"
