from engine.protocol.hearing import DEAF_AFTER_SECONDS, Hearing


def look(hearing: Hearing, seconds: int, **sight: int) -> list[int]:
    """The seconds at which it was found deaf, looked at every second."""
    taken = sight.get("taken", 7)
    return [
        second
        for second in range(seconds)
        if hearing.is_deaf(
            float(second),
            waiting=sight.get("waiting", 1),
            taken=taken + second * sight.get("takes", 0),
            has_place=bool(sight.get("places", 1)),
        )
    ]


def test_a_worker_that_leaves_messages_lying_is_deaf_once_in_each_span() -> None:
    span = int(DEAF_AFTER_SECONDS)
    assert look(Hearing(), 3 * span) == [span, 2 * span]


def test_a_worker_that_takes_messages_is_not_deaf_however_many_wait() -> None:
    assert look(Hearing(), 60, waiting=9, takes=1) == []


def test_an_empty_queue_and_a_worker_without_a_place_are_no_sign() -> None:
    assert look(Hearing(), 60, waiting=0) == []
    assert look(Hearing(), 60, places=0) == []
