"""Judge models: metrics with intervals, comparison, stability, plots. Knows neither Kedro nor MLflow."""
