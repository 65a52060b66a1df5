import threading
import time

from bot.knowledge.pace import Pace, hurried


def busy(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_it_rests_after_each_piece_of_work_and_passes_everything_on() -> None:
    began, worked = time.perf_counter(), time.thread_time()

    passed = []
    for number in Pace(work=0.002, rest=0.02)(range(5)):
        busy(0.003)
        passed.append(number)

    rested = time.perf_counter() - began - (time.thread_time() - worked)
    assert passed == [0, 1, 2, 3, 4]
    assert rested >= 5 * 0.02


def test_what_is_done_at_once_needs_no_rest() -> None:
    began = time.perf_counter()

    assert len(list(Pace(work=5.0, rest=60.0)(range(1000)))) == 1000
    assert time.perf_counter() - began < 30


def test_whoever_hurries_never_rests() -> None:
    pace = hurried()
    busy(0.002)

    pace.pause()

    assert list(pace(range(3))) == [0, 1, 2]


def test_only_the_work_of_its_own_thread_counts() -> None:
    pace = Pace(work=0.05, rest=60.0)
    other = threading.Thread(target=busy, args=(0.1,))
    other.start()
    other.join()

    began = time.perf_counter()
    pace.pause()

    assert time.perf_counter() - began < 30
