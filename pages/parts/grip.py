"""What this session holds on the Latent space page: a point, how it is looked at, and pictures that were kept."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st

from gan_core.frames import pack, unpack
from gan_core.refusals import CallFailed, EngineError
from gan_core.shelf import bundled, cached, kind
from gan_core.specs import LatentSpec, PictureSpec, SpecError
from gan_core.specs import latent as knobs_of
from pages.parts import address
from pages.parts.services import engine, store
from pages.parts.visitor import visitor
from pages.parts.words import plain_text, t

KEY = "latent"  # every key of the page begins with it
VIEWS = ("hold", "directions", "local", "walk", "find", "map", "why")
MOST_KNOBS = knobs_of.MOST_KNOBS
FIRST_SEED = 1000  # a fine cat, for whoever comes without a link
NO_BANK = "none"  # in an address: not even the first ones
FIRST_BANK = tuple(f"pc{number}" for number in range(6))
MOST_KEPT = 12  # pictures in the tray
PATIENCE = 30.0  # seconds
RUN = "run:"
EXAMPLES = 24  # seeds that can be marked
NAME = 40  # characters that a visitor may call a direction


@dataclass(frozen=True)
class Place:
    """A picture that was kept: its spec, and what came beside it."""

    spec: LatentSpec
    own: bytes | None = None


@dataclass(frozen=True)
class Grip:
    """Everything that the page's address says, and what it cannot say."""

    spec: LatentSpec = field(default_factory=lambda: LatentSpec(seed=FIRST_SEED))
    view: str = "hold"
    bank: tuple[str, ...] = FIRST_BANK  # knobs on the page
    names: dict[str, str] = field(default_factory=dict)  # that a visitor gave to knobs
    marks: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())  # seeds of “more like this” and of “less like that”
    own: bytes | None = None  # directions that no spec can hold, packed by kind
    kept: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.spec, self.own)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is held beside the spec, by kind."""
        return unpack(self.own)[0] if self.own else {}

    def with_own(self, own: bytes) -> Grip:
        """The same with further directions beside the spec."""
        return self.with_arrays(self.arrays | unpack(own)[0])

    def with_arrays(self, arrays: dict[str, np.ndarray]) -> Grip:
        return replace(self, own=pack(arrays) if arrays else None)

    def with_bank(self, bank: tuple[str, ...]) -> Grip:
        """The same with these knobs, the last ones where they are too many; what others have moved is undone."""
        bank = tuple(dict.fromkeys(bank))[-MOST_KNOBS:]
        moves = {knob: value for knob, value in self.spec.moves.items() if f"{knob[0]}{knob[1]}" in bank}
        return replace(self, bank=bank, spec=self.spec.moved(moves))


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
    runs = [run.id for run in store().list(owner=visitor()) if isinstance(run.spec, PictureSpec)]
    return here + [model for run in runs if (model := of_run(run))]


def of_run(run: str) -> str:
    """The model that a run is by now; empty where it has none yet, or is not kept any more."""
    step = store().checkpoint_step(run)
    return "" if step is None else f"{RUN}{run}@{step}"


def run_of(model: str) -> str:
    """The run that a model is of; empty for others."""
    return model.removeprefix(RUN).partition("@")[0] if model.startswith(RUN) else ""


def checkpoint(model: str) -> bytes | None:
    """The weights of a run, where the model is one."""
    run = run_of(model)
    return store().checkpoint(run) if run else None


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
    if not query:
        return before
    said = {name: query.pop(name, "") for name in ("view", "bank", "names", "marks", "run", "base", "tray")}
    if run := said["run"] or run_of(query.get("model", "")):
        query["model"] = of_run(run) or query.get("model", f"{RUN}{run}")
    if said["view"] and said["view"] not in VIEWS:
        raise SpecError(f"view is {said['view']!r}; it must be one of {', '.join(VIEWS)}.")
    spec = LatentSpec.from_flat(query)
    moved = tuple(f"{kind}{number}" for kind, number in spec.moves)
    bank = () if said["bank"] == NO_BANK else tuple(filter(None, said["bank"].split("."))) or FIRST_BANK
    if wrong := [name for name in bank if not re.fullmatch(knobs_of.NAME, name)]:
        raise SpecError(f"bank is {said['bank']!r}; {wrong[0]!r} in it is no knob such as pc0 or z3.")
    names = dict(pair.split("=", 1) for pair in said["names"].split(";") if "=" in pair)
    same = before.spec.model == spec.model
    arrays = {kind: array for kind, array in before.arrays.items() if same and kind != "base"}
    read = Grip(
        spec, said["view"] or "hold", (), {knob: name[:NAME] for knob, name in names.items()}, _marks(said["marks"]),
        kept=tuple(dict.fromkeys([*_tray(said["tray"], spec), *(before.kept if same else ())]))[:MOST_KEPT],
    )  # fmt: skip
    return read.with_arrays(arrays | _base(said["base"])).with_bank((*bank, *moved))


def _base(text: str) -> dict[str, np.ndarray]:
    """A starting point out of an address, as `_base_text` wrote it."""
    if not text:
        return {}
    try:
        numbers = np.frombuffer(base64.urlsafe_b64decode(text), np.float16).astype(np.float32)
    except ValueError:
        numbers = np.zeros(0, np.float32)
    if not len(numbers) or not np.isfinite(numbers).all():
        raise SpecError("base in the address is cut short or damaged; take the picture from where it was found again.")
    return {"base": numbers}


def _base_text(base: np.ndarray) -> str:
    """Numbers of 16 bits, which no eye tells from the full ones."""
    return base64.urlsafe_b64encode(base.astype(np.float16).tobytes()).decode()


def _tray(text: str, spec: LatentSpec) -> list[Place]:
    """Kept pictures, as “seed_class_truncation_knobs”, one after another."""
    told = (dict(zip(("seed", "label", "truncation", "knobs"), part.split("_"), strict=False))
            for part in text.split("!") if part)  # fmt: skip
    return [Place(spec.changed({"knobs": ""} | each)) for each in told]


def _marks(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Seeds of more and less, as “3.7~5.9”."""
    more, _, less = text.partition("~")
    try:
        marked = tuple(tuple(int(seed) for seed in side.split(".") if seed) for side in (more, less))
    except ValueError:
        marked = ((0,), ())
    if not all(1 <= seed <= EXAMPLES for side in marked for seed in side):
        raise SpecError(f"marks is {text!r}; it must be seeds from 1 to {EXAMPLES} such as 3.7~5.9.")
    return marked


def query_of(grip: Grip) -> dict[str, str]:
    """The address of what is held; `_read` is the inverse."""
    query = {name: address.encoded(value) for name, value in grip.spec.changes().items()}
    names = ";".join(f"{knob}={name.replace(';', ',')}" for knob, name in grip.names.items())
    marks = "~".join(".".join(map(str, seeds)) for seeds in grip.marks) if any(grip.marks) else ""
    base = grip.arrays.get("base")
    tray = "!".join(
        f"{place.spec.seed}_{place.spec.label}_{place.spec.truncation:g}_{place.spec.knobs}"
        for place in grip.kept if place.own is None
    )  # fmt: skip
    said = {
        "view": "" if grip.view == "hold" else grip.view, "names": names, "marks": marks, "tray": tray,
        "bank": "" if grip.bank == FIRST_BANK else ".".join(grip.bank) or NO_BANK,
        "base": "" if base is None else _base_text(base),
    }  # fmt: skip
    query |= {name: value for name, value in said.items() if value}
    return query or {"model": grip.spec.model}


# Choices: from callbacks ---------------------------------------------------------------------------------------------


def chosen(model: str) -> None:
    """Another generator: what was kept of the one before does not fit it."""
    put(Grip(LatentSpec(model=model, seed=now().spec.seed), now().view))


def taken(*knobs: str) -> None:
    """Knobs of the model's own for the page."""
    put(now().with_bank((*now().bank, *knobs)))
    st.toast(t("Among the knobs now."), icon=":material/tune:")


def taken_own(own: bytes, title: str) -> None:
    """A further direction of the visitor's own, as a knob with a name."""
    grip = now()
    before = grip.arrays.get("own")
    further = unpack(own)[0]["own"]
    every = further if before is None else np.concatenate([before, further])
    knob = f"own{len(every) - 1}"
    grip = grip.with_arrays(grip.arrays | {"own": every})
    put(replace(grip, names=grip.names | {knob: title[:NAME] or t("My direction")}))
    taken(knob)


def taken_local(own: bytes, count: int) -> None:
    """The local directions here, in place of those from elsewhere: where one has come is where they begin."""
    grip = now()
    if any(kind == "v" for kind, _ in grip.spec.moves):
        base = unpack(ask("hand:base", grip.spec.json_text(), grip.own))[0]
        grip = replace(grip.with_arrays(grip.arrays | base), spec=grip.spec.changed({"knobs": ""}))
    put(grip.with_own(own))
    taken(*(f"v{number}" for number in range(count)))


def keep(place: Place) -> None:
    """A picture for walks and maps."""
    grip = now()
    if place in grip.kept:
        st.toast(t("It is kept already."), icon=":material/bookmark:")
    elif len(grip.kept) == MOST_KEPT:
        st.toast(t("{count} pictures are kept, as many as fit; remove one first.", count=MOST_KEPT),
                 icon=":material/front_hand:")  # fmt: skip
    else:
        put(replace(grip, kept=(*grip.kept, place)))
        st.toast(t("Kept for walks and maps."), icon=":material/bookmark_added:")


def restored() -> None:
    """Find the visitor's own direction again from the pictures that an address says were marked for it."""
    grip = now()
    if any(grip.marks) and "own0" in grip.bank and "own" not in grip.arrays:
        more, less = ([example(grip.spec, seed) for seed in side] for side in grip.marks)
        found = ask("strips:from_examples", grip.spec.changed({"knobs": ""}).json_text(), more, less)
        put(grip.with_own(found["own"]))


def example(spec: LatentSpec, seed: int) -> str:
    """A picture to mark: the same whatever is in hand, so that marks in an address are of the same pictures."""
    return spec.changed({"seed": seed, "knobs": "", "truncation": 1.0}).json_text()


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
    st.error(plain_text(t(str(refusal))), icon=":material/report:")
