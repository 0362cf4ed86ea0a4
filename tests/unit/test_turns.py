"""Fair turns: whoever has fewest runs goes next, and everybody is told their place."""

from hypothesis import given
from hypothesis import strategies as st

from gan_core.turns import Turns


def joined(owners: str) -> Turns:
    """A queue of runs named by their number, with these owners."""
    turns = Turns()
    for number, owner in enumerate(owners):
        turns.join(str(number), owner)
    return turns


def order(turns: Turns) -> list[str]:
    return [turns.next() for _ in range(len(turns))]


def test_one_owner_goes_in_the_order_of_arrival():
    assert order(joined("aaa")) == ["0", "1", "2"]


def test_a_late_visitor_goes_before_the_second_run_of_another():
    assert order(joined("aaab")) == ["0", "3", "1", "2"]


def test_among_equals_the_one_served_longest_ago_goes_next():
    turns = joined("ab")
    for run in order(turns):
        turns.leave(run)
    turns.join("b2", "b")
    turns.join("a2", "a")
    assert order(turns) == ["a2", "b2"]


def test_what_trains_counts_against_its_owner():
    turns = joined("aa")
    assert turns.next() == "0"
    turns.join("2", "b")
    assert (turns.place("2"), turns.place("1"), turns.place("0")) == (1, 2, None)
    turns.leave("0")
    assert turns.place("1") == 2  # b has never been served


def test_held_by_counts_waiting_and_training():
    turns = joined("aab")
    turns.next()
    assert (turns.held_by("a"), turns.held_by("b"), turns.held_by("c")) == (2, 1, 0)


def test_an_empty_queue_has_nobody_next():
    assert Turns().next() is None


@given(st.text("abc", max_size=12), st.integers(0, 6))
def test_places_are_the_order_in_which_runs_start(owners: str, started: int):
    turns = joined(owners)
    for _ in range(min(started, len(owners))):
        turns.next()
    waiting = [str(n) for n in range(len(owners)) if turns.place(str(n))]
    foretold = sorted(waiting, key=turns.place)
    assert [turns.place(run) for run in foretold] == list(range(1, len(waiting) + 1))
    assert order(turns) == foretold
