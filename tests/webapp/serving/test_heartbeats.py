from webapp.serving.heartbeats import SILENT_SECONDS, STUCK_SECONDS, Beat, HeartbeatWatch


def test_a_child_that_was_heard_and_then_is_silent_hangs_and_is_named_once() -> None:
    watch = HeartbeatWatch()
    assert watch.note({"turns": Beat()}, 0.0) == []
    assert watch.note({}, SILENT_SECONDS) == []
    assert watch.note({}, SILENT_SECONDS + 1) == ["turns"]
    assert watch.note({}, SILENT_SECONDS + 100) == []


def test_a_child_that_was_never_heard_is_still_starting() -> None:
    watch = HeartbeatWatch()
    assert watch.note({}, 0.0) == []
    assert watch.note({}, 1000.0) == []


def test_a_busy_engine_that_makes_no_step_hangs() -> None:
    watch = HeartbeatWatch()
    stuck = Beat(steps=7, is_busy=True)
    for second in range(int(STUCK_SECONDS) + 1):
        assert watch.note({"engine": stuck}, float(second)) == []
    assert watch.note({"engine": stuck}, STUCK_SECONDS + 1) == ["engine"]


def test_an_idle_engine_and_one_that_makes_steps_do_not_hang() -> None:
    watch = HeartbeatWatch()
    for second in range(int(STUCK_SECONDS) * 2):
        beat = Beat(steps=second // 50, is_busy=second < STUCK_SECONDS)
        assert watch.note({"engine": beat}, float(second)) == []


def test_a_redis_that_is_away_is_no_sign_of_anything() -> None:
    watch = HeartbeatWatch()
    watch.note({"turns": Beat()}, 0.0)
    watch.hold(SILENT_SECONDS * 10)
    assert watch.note({}, SILENT_SECONDS * 10 + 1) == []
