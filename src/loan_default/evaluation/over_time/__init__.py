"""Whether the model holds over time; the PSI itself is in `loan_default.evaluation.stability`."""
