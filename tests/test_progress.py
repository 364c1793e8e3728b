import io
import logging

import pytest
from rich.console import Console

from loan_default import progress
from loan_default.progress import TrainingProgress


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_log_lines_where_there_is_no_terminal(clock, caplog):
    caplog.set_level(logging.INFO)
    screen = io.StringIO()
    with TrainingProgress("ann", "epoch", 10, Console(file=screen)) as shown:
        for epoch in range(1, 11):
            clock[0] = epoch * 2.0
            shown.update(epoch, loss=0.5, validation_loss=0.25)
    assert screen.getvalue() == ""
    # Every five seconds, and the last.
    assert [message.split(",")[0] for message in caplog.messages] == [
        "ann: epoch 3/10",
        "ann: epoch 6/10",
        "ann: epoch 9/10",
        "ann: epoch 10/10",
    ]
    assert "loss 0.5000, validation loss 0.2500" in caplog.messages[0]
    assert caplog.messages[0].endswith("at most 0:14 left")


def test_time_left_is_reckoned_from_the_steps_done_here(clock, caplog):
    caplog.set_level(logging.INFO)
    with TrainingProgress("ann", "epoch", 100, Console(file=io.StringIO()), done_before=40) as shown:
        clock[0] = 30.0
        shown.update(50, earliest=52)  # 3 s an epoch
        clock[0] = 60.0
        shown.update(60, earliest=120)
    assert [message.split(", ", 1)[1] for message in caplog.messages] == [
        "0:06 left unless it gets better, at most 2:30",
        "at most 2:00 left",
    ]


def test_a_slow_first_epoch_does_not_count_for_the_others(clock, caplog):
    caplog.set_level(logging.INFO)
    with TrainingProgress("ann", "epoch", 40, Console(file=io.StringIO())) as shown:
        clock[0] = 12.0  # the network is traced
        shown.update(1)
        for epoch in range(2, 8):
            clock[0] += 1.0
            shown.update(epoch)
    assert [message.rpartition(", ")[2] for message in caplog.messages] == [
        "at most 7:48 left",
        "at most 0:34 left",
    ]


def test_one_updating_line_on_a_terminal(caplog):
    caplog.set_level(logging.INFO)
    screen = io.StringIO()
    with TrainingProgress(
        "random forest", "tree", 3, Console(file=screen, force_terminal=True, width=120)
    ) as shown:
        for tree in (1, 2, 3):
            shown.update(tree, best=0.125)
    drawn = screen.getvalue()
    assert "random forest: tree 3/3, best 0.1250, at most 0:00 left" in drawn
    assert drawn.count("\n") == 1
    assert caplog.messages == []


def test_the_line_is_closed_when_training_fails():
    screen = io.StringIO()
    with (
        pytest.raises(RuntimeError, match="diverged"),
        TrainingProgress("ann", "epoch", 3, Console(file=screen, force_terminal=True)),
    ):
        raise RuntimeError("diverged")
    assert screen.getvalue().endswith("\x1b[?25h")  # the cursor is shown again
