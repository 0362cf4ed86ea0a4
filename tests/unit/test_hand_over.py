"""Who has the say over a drawing: the visitor, unless the page hands in one that is new to both."""

from pages.parts.hand_over import Memory, current, settle


def told(points: str, turn: int = 0) -> dict[str, object]:
    return {"drawing": points, "turn": turn}


def test_the_first_run_shows_what_the_page_hands_in() -> None:
    assert settle("page", None, None) == Memory(turn=0, given="page", drawing="page")


def test_what_a_browser_told_before_the_first_run_is_void() -> None:
    """A server that was started again gets the drawing of the session before, and the page the one of its link."""
    assert settle("link", told("old", 3), None).drawing == "link"


def test_a_page_that_always_hands_in_the_same_gets_what_is_drawn() -> None:
    memory = settle("", None, None)
    for drawn in ("one", "one two", "one"):
        memory = settle("", told(drawn), memory)
        assert (memory.turn, memory.drawing) == (0, drawn)
    assert settle("", None, memory).drawing == "one"  # hidden for a while, the component has lost its state


def test_a_page_may_hand_in_what_it_was_told_or_what_it_got_back() -> None:
    memory = settle("", told("one"), settle("", None, None))
    assert settle("one two", told("one two"), memory).turn == 0  # stored in the callback
    assert settle("one", told("one two"), memory) == Memory(0, "one", "one two")  # stored after the run before


def test_another_drawing_of_the_page_takes_the_place() -> None:
    memory = settle("one", told("one"), settle("", None, None))
    memory = settle("link", told("one"), memory)
    assert memory == Memory(turn=1, given="link", drawing="link")
    memory = settle("link", told("one"), memory)  # the browser's state is that of the turn before, and stays it
    assert memory == Memory(1, "link", "link")
    assert settle("link", told("link two", 1), memory) == Memory(1, "link", "link two")


def test_what_the_page_undoes_takes_the_place_too() -> None:
    memory = settle("one", told("one"), settle("", None, None))
    memory = settle("one two", told("one two"), memory)
    memory = settle("one", told("one two"), memory)
    assert (memory.turn, memory.drawing) == (1, "one")
    assert settle("", told("one two"), memory).drawing == ""  # everything may be undone


def test_a_stroke_of_an_earlier_turn_is_void() -> None:
    assert current(told("late", 1), Memory(2, "link", "link")) == "link"
    assert current(told("in time", 2), Memory(2, "link", "link")) == "in time"
