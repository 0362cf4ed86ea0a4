"""What this session holds on the Latent space page: a point, how it is looked at, and pictures that were kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from gan_core.frames import pack, unpack
from gan_core.refusals import CallFailed, EngineError
from gan_core.shelf import bundled, cached, kind
from gan_core.specs import LatentSpec, PictureSpec, SpecError
from pages.parts import address
from pages.parts.services import engine, store
from pages.parts.visitor import visitor
from pages.parts.words import t

KEY = "latent"  # every key of the page begins with it
VIEWS = ("hold", "directions", "local", "walk", "find", "map", "why")
FIRST_BANK = tuple(f"pc{number}" for number in range(6))
MOST_BANK = 16  # knobs on the page
MOST_KEPT = 12  # pictures in the tray
PATIENCE = 30.0  # seconds
RUN = "run:"
NAME = 40  # characters that a visitor may call a direction


@dataclass(frozen=True)
class Place:
    """A picture that was kept: its spec, and what came beside it."""

    spec: LatentSpec
    own: bytes | None = None


@dataclass(frozen=True)
class Grip:
    """Everything that the page's address says, and what it cannot say."""

    spec: LatentSpec = field(default_factory=LatentSpec)
    view: str = "hold"
    bank: tuple[str, ...] = FIRST_BANK  # knobs on the page
    names: dict[str, str] = field(default_factory=dict)  # that a visitor gave to knobs
    marks: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())  # seeds of “more like this” and of “less like that”
    own: bytes | None = None  # directions that no spec can hold, packed by kind
    kept: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.spec, self.own)

    def with_own(self, own: bytes) -> Grip:
        """The same with further directions beside the spec."""
        before = unpack(self.own)[0] if self.own else {}
        return replace(self, own=pack(before | unpack(own)[0]))


def now() -> Grip:
    return st.session_state[KEY]


def put(grip: Grip) -> None:
    st.session_state[KEY] = grip


def change(**fields: Any) -> None:
    """From a callback."""
    put(replace(now(), **fields))


def complain(sentence: str) -> None:
    """Say something on top of the page, once."""
    st.session_state[f"{KEY}_complaint"] = sentence


# Models --------------------------------------------------------------------------------------------------------------


def models() -> list[str]:
    """Every generator here: those that ship, those of the hub's cache, those of this visitor's runs."""
    here = [each.name for each in (*bundled(), *cached()) if kind(each) in ("generator", "autoencoder")]
    runs = [run for run in store().list(owner=visitor()) if isinstance(run.spec, PictureSpec)]
    return here + [of_run(run.id) for run in runs if store().last_checkpoint(run.id)]


def of_run(run: str) -> str:
    """The model that a run is by now."""
    return f"{RUN}{run}@{store().last_checkpoint(run).step}"


def checkpoint(model: str) -> bytes | None:
    """The weights of a run, where the model is one."""
    return store().checkpoint(model.removeprefix(RUN).partition("@")[0]) if model.startswith(RUN) else None


def ask(function: str, *args: Any, timeout: float = PATIENCE, **named: Any) -> Any:
    """A function of `gan_core.latent` on a worker, given the run's weights where it lacks them.

    Raises:
        EngineError: it cannot be done; the sentence says why.
    """
    answer = engine().call(f"gan_core.latent.{function}", *args, timeout=timeout, **named)
    if answer is None:
        weights = checkpoint(now().spec.model)
        if weights is None:
            raise CallFailed("The run of this generator is no longer kept on this server; choose another model.")
        answer = engine().call(f"gan_core.latent.{function}", *args, timeout=timeout, **named, checkpoint=weights)
    return answer


@st.cache_data(show_spinner=False, max_entries=64)
def about(model: str) -> dict[str, Any]:
    """What a model has to offer. Raises EngineError with a sentence."""
    return ask("hand:about", model)


# By link -------------------------------------------------------------------------------------------------------------


def arrive() -> None:
    """Take in the address when somebody came by a link."""
    if not address.arrived(KEY):
        return
    before = st.session_state.get(KEY)
    try:
        put(_read(st.query_params.to_dict(), before or Grip()))
    except SpecError as error:
        put(before or Grip())
        complain(t(str(error)))
    address.accept(KEY)


def _read(query: dict[str, str], before: Grip) -> Grip:
    """What an address says; what was kept before stays.

    Raises:
        SpecError: it is not valid.
    """
    said = {name: query.pop(name, "") for name in ("view", "bank", "names", "marks", "run")}
    if said["run"] and store().last_checkpoint(said["run"]):
        query["model"] = of_run(said["run"])
    if said["view"] and said["view"] not in VIEWS:
        raise SpecError(f"view is {said['view']!r}; it must be one of {', '.join(VIEWS)}.")
    spec = LatentSpec.from_flat(query)
    moved = tuple(f"{kind}{number}" for kind, number in spec.moves)
    bank = tuple(name for name in said["bank"].split(".") if name) or FIRST_BANK
    for name in bank:
        LatentSpec.checked({"knobs": f"{name}:0"})  # raises where it names no knob
    names = dict(pair.split("=", 1) for pair in said["names"].split(";") if "=" in pair)
    same = before.spec.model == spec.model
    return Grip(
        spec, said["view"] or "hold", tuple(dict.fromkeys([*bank, *moved]))[:MOST_BANK],
        {knob: name[:NAME] for knob, name in names.items()}, _marks(said["marks"]),
        before.own if same else None, before.kept if same else (),
    )  # fmt: skip


def _marks(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Seeds of more and less, as “3.7~5.9”."""
    more, _, less = text.partition("~")
    try:
        return tuple(map(int, filter(None, more.split(".")))), tuple(map(int, filter(None, less.split("."))))
    except ValueError:
        raise SpecError(f"marks is {text!r}; it must be seeds such as 3.7~5.9.") from None


def query_of(grip: Grip) -> dict[str, str]:
    """The address of what is held; `_read` is the inverse."""
    query = {name: address.encoded(value) for name, value in grip.spec.changes().items()}
    names = ";".join(f"{knob}={name.replace(';', ',')}" for knob, name in grip.names.items())
    marks = "~".join(".".join(map(str, seeds)) for seeds in grip.marks) if any(grip.marks) else ""
    said = {
        "view": "" if grip.view == "hold" else grip.view,
        "bank": "" if grip.bank == FIRST_BANK else ".".join(grip.bank), "names": names, "marks": marks,
    }  # fmt: skip
    query |= {name: value for name, value in said.items() if value}
    return query or {"model": grip.spec.model}


# Choices: from callbacks ---------------------------------------------------------------------------------------------


def chosen(model: str) -> None:
    """Another generator: what was kept of the one before does not fit it."""
    put(Grip(LatentSpec(model=model, seed=now().spec.seed), now().view))


def taken(knob: str, own: bytes | None = None, title: str = "") -> None:
    """A knob for the page, with the direction that it turns."""
    grip = now()
    if own:
        grip = grip.with_own(own)
    bank = grip.bank if knob in grip.bank else (*grip.bank, knob)[-MOST_BANK:]
    names = grip.names | ({knob: title[:NAME]} if title else {})
    put(replace(grip, bank=bank, names=names))
    st.toast(t("It is among the knobs now."), icon=":material/tune:")


def keep(place: Place) -> None:
    """A picture for walks and maps."""
    grip = now()
    if place not in grip.kept:
        put(replace(grip, kept=(*grip.kept, place)[-MOST_KEPT:]))


def dropped(index: int) -> None:
    grip = now()
    put(replace(grip, kept=tuple(place for number, place in enumerate(grip.kept) if number != index)))


def title_of(knob: str, grip: Grip) -> str:
    """What a knob is called: by the visitor, or else after its kind."""
    if knob in grip.names:
        return grip.names[knob]
    ((kind, number),) = LatentSpec(knobs=f"{knob}:0").moves
    kinds = {"z": t("Coordinate {number}"), "pc": t("Direction {number}"), "sefa": t("SeFa {number}"),
             "own": t("My direction {number}"), "v": t("Local {number}")}  # fmt: skip
    return kinds[kind].format(number=number + 1)


def picture_of(place: Place) -> bytes:
    """One picture as PNG. Raises EngineError with a sentence."""
    return ask("hand:picture", place.spec.json_text(), place.own)


def failed(refusal: EngineError) -> None:
    st.error(t(str(refusal)), icon=":material/report:")
