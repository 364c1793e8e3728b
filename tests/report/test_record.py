from __future__ import annotations

import json

from loan_default.report.record import validation_record


def test_the_record_holds_what_the_page_says(make_report):
    report = make_report()
    gates = {"ann": {"min_roc_auc": {"value": 0.7, "limit": 0.6, "passed": True, "note": ""}}}
    record = validation_record(report, {"roc_auc": 0.7, "roc_auc_low": 0.68}, gates, {"seed": 1})
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["subject"]["portfolio"] == "made_up"
    assert record["metrics"] == {"roc_auc": 0.7, "roc_auc_low": 0.68}
    assert record["gates"]["min_roc_auc"]["outcome"] == "passed"
    assert record["gates_by_model"] == gates
    assert list(record["sections"]) == ["fairness", "value", "limits"]
    assert record["sections"]["fairness"]["values"] == {"lowest_ratio": 0.75}
    assert [finding["verdict"] for finding in record["sections"]["fairness"]["findings"]] == [
        "good",
        "attention",
    ]
    assert record["provenance"] == {"seed": 1}
