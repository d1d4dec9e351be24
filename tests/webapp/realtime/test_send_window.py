from webapp.core.streams import StreamId
from webapp.realtime.send_window import SendWindow


def test_a_full_window_refuses_and_opens_again_when_something_is_acknowledged() -> None:
    window = SendWindow(limit_bytes=100)
    assert window.try_send(StreamId(1, 1), 60, now=0.0)
    assert not window.try_send(StreamId(1, 2), 60, now=1.0)
    assert window.full_since == 1.0
    assert window.acknowledge(StreamId(1, 1))
    assert window.is_open
    assert window.unacknowledged_bytes == 0


def test_an_event_larger_than_the_window_travels_alone() -> None:
    window = SendWindow(limit_bytes=100)
    assert window.try_send(StreamId(1, 1), 500, now=0.0)
    assert not window.try_send(StreamId(1, 2), 1, now=0.0)


def test_an_acknowledgement_of_something_old_frees_nothing() -> None:
    window = SendWindow(limit_bytes=100)
    window.try_send(StreamId(2, 5), 90, now=0.0)
    window.try_send(StreamId(2, 6), 90, now=0.0)
    assert not window.acknowledge(StreamId(1, 99))
    assert not window.is_open


def test_the_time_of_closing_is_that_of_the_first_refusal() -> None:
    window = SendWindow(limit_bytes=10)
    window.try_send(StreamId(1, 1), 10, now=0.0)
    window.try_send(StreamId(1, 2), 10, now=5.0)
    window.try_send(StreamId(1, 2), 10, now=9.0)
    assert window.full_since == 5.0
