"""Wiring of the cleaning pipeline."""

from kedro.pipeline import Pipeline, node

from loan_default.pipelines.cleaning.nodes import (
    clean,
    deal_applications,
    draw_cleaning,
    fit_application_cleaner,
    record_cleaning,
    report_cleaning,
    scan_for_leaks,
    take_in_file,
)


def create_pipeline() -> Pipeline:
    """Create the pipeline.

    What is written to disk comes after every check of the data, so that a file that cannot be used leaves the
    outputs of the last good run as they are.
    """
    return Pipeline(
        [
            node(
                take_in_file,
                inputs=["raw_applications", "params:portfolio", "params:cleaning"],
                outputs="intake",
                name="take_in_file",
                namespace="cleaning",
            ),
            node(
                deal_applications,
                inputs=["intake", "params:cleaning", "params:seed"],
                outputs="dealt_applications",
                name="deal_applications",
                namespace="cleaning",
            ),
            node(
                scan_for_leaks,
                inputs=["intake", "dealt_applications", "params:cleaning", "params:seed"],
                outputs="scan_findings",
                name="scan_for_leaks",
                namespace="cleaning",
            ),
            node(
                fit_application_cleaner,
                inputs=["intake", "dealt_applications", "scan_findings", "params:cleaning", "params:seed"],
                outputs="application_cleaner",
                name="fit_application_cleaner",
                namespace="cleaning",
            ),
            node(
                clean,
                inputs=["dealt_applications", "application_cleaner"],
                outputs="clean_applications",
                name="clean_applications",
                namespace="cleaning",
            ),
            node(
                report_cleaning,
                inputs=[
                    "intake",
                    "dealt_applications",
                    "clean_applications",
                    "application_cleaner",
                    "scan_findings",
                ],
                outputs=["rejected_applications", "cleaning_report", "data_tags", "leak_findings"],
                name="report_cleaning",
                namespace="cleaning",
            ),
            node(
                record_cleaning,
                inputs=[
                    "data_tags",
                    "params:portfolio",
                    "params:cleaning",
                    "params:seed",
                    "run_provenance",
                ],
                outputs="cleaning_origin",
                name="record_cleaning",
                namespace="cleaning",
            ),
            node(
                draw_cleaning,
                inputs=["cleaning_report", "leak_findings", "params:cleaning"],
                outputs="cleaning_figure",
                name="draw_cleaning",
                namespace="cleaning",
            ),
        ]
    )
