from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.window import Window


def test_nothing_is_asked_for_in_particular_at_first() -> None:
    assert Window().advance() is None


def test_the_offset_stays_at_the_lowest_update_that_is_not_handled() -> None:
    window = Window()
    for number in (5, 6, 9):
        assert window.see(number)

    window.finish(6)
    window.finish(9)

    assert window.advance() == 5
    assert window.open == 1


def test_what_was_handled_above_a_hole_is_not_new_when_it_comes_again() -> None:
    window = Window()
    window.see(5)
    window.see(6)
    window.finish(6)

    window.advance()

    assert not window.see(6)
    window.finish(5)
    assert window.advance() == 7


def test_a_call_under_way_still_brings_what_was_finished_meanwhile() -> None:
    window = Window()
    window.see(5)
    window.advance()
    window.finish(5)

    assert not window.see(5)


def test_numbers_may_start_anew_after_a_long_silence() -> None:
    window = Window()
    window.see(5)
    window.forget()
    assert window.advance() == 5
    window.finish(5)

    window.forget()

    assert window.advance() is None
    assert window.see(2)


@given(st.lists(st.integers(0, 40), unique=True), st.data())
def test_nothing_open_is_ever_confirmed(numbers: list[int], data: st.DataObject) -> None:
    window, opened = Window(), set(numbers)
    for number in numbers:
        window.see(number)
    while opened:
        finished = data.draw(st.sampled_from(sorted(opened)))
        window.finish(finished)
        opened.discard(finished)

        offset = window.advance()

        assert offset is not None
        assert all(number >= offset for number in opened)
        assert not any(window.see(number) for number in numbers if number >= offset)
