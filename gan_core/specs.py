"""Specs: small frozen descriptions of what to train. Torch-free.

A spec is the one thing that a page hands to the engine, that an address encodes, that the store keeps, that the
command line parses and that an exported script contains. All of them use the same flat form, dotted names to values:

    >>> ToySpec(loss="hinge", data=Ring(modes=5)).changes()
    {'data.modes': 5, 'loss': 'hinge'}
    >>> ToySpec.from_flat({"data.modes": "5", "loss": "hinge"}).data.modes
    5

Unknown names raise, and so does a value outside its bounds: `SpecError` says in one sentence which field, what was
wrong and what would be right, with the reason that the field itself declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

SEEDS = 2**31  # how many there are
MAX_FRAMES = 1_000  # a run of more frames than this would be megabytes to scrub through, and no smoother to look at


class SpecError(ValueError):
    """A spec that cannot be carried out. The message is one sentence for the person who wrote it."""


def described(default: Any, title: str, help: str, *, because: str = "", **bounds: Any) -> Any:
    """A field: its label, one line on what it does and what to expect, its bounds, and the reason for the upper one."""
    return Field(
        default,
        title=title,
        description=help,
        json_schema_extra={"because": because},
        **bounds,
    )


class Spec(BaseModel):
    """Base of every spec: frozen, closed to unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def flat(self) -> dict[str, Any]:
        """Every setting under its dotted name."""
        return dict(_leaves(self))

    def changes(self) -> dict[str, Any]:
        """The settings that differ from the defaults, under dotted names; what an address shows.

        Where another kind was chosen (a grid, not a ring), the defaults are that kind's own.
        """
        changed: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value, default = getattr(self, name), field.default
            if isinstance(value, Spec):
                if type(value) is not type(default):
                    changed[f"{name}.kind"] = value.kind
                changed |= {f"{name}.{leaf}": inner for leaf, inner in value.changes().items()}
            elif value != default:
                changed[name] = value
        return changed

    @classmethod
    def from_flat(cls, flat: Mapping[str, Any]) -> Self:
        """The inverse of `flat` and of `changes`; values may be strings.

        Raises:
            SpecError: a name is unknown, a value does not fit, or a combination makes no sense.
        """
        tree: dict[str, Any] = {}
        for name, value in flat.items():
            *holders, leaf = name.split(".")
            branch = tree
            for holder in holders:
                branch = branch.setdefault(holder, {})
                if not isinstance(branch, dict):
                    raise SpecError(f"{name!r} is not a setting of this experiment.")
            branch[leaf] = value
        for (
            name,
            field,
        ) in cls.model_fields.items():  # a union needs its tag before it can be read
            if name in tree and isinstance(tree[name], dict) and hasattr(field.default, "kind"):
                tree[name].setdefault("kind", field.default.kind)
        return cls.checked(tree)

    @classmethod
    def checked(cls, values: Any) -> Self:
        """Validate `values` (a mapping, or a JSON string), raising `SpecError` instead of pydantic's own error."""
        try:
            if isinstance(values, str | bytes):
                return cls.model_validate_json(values)
            return cls.model_validate(values)
        except ValidationError as error:
            raise SpecError(_sentence(cls, error)) from None

    def json_text(self) -> str:
        """The spec as one line of JSON, every field written out."""
        return self.model_dump_json()


def _leaves(spec: Spec, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if isinstance(value, Spec):
            yield from _leaves(value, f"{prefix}{name}.")
        elif not (prefix == "" and name == "kind"):
            yield prefix + name, value


def field_at(model: type[Spec], path: tuple[str, ...]) -> tuple[str, FieldInfo | None]:
    """The dotted name and the declaration of the field at pydantic's path, which also holds tags and indices."""
    names: list[str] = []
    field = None
    for part in path:
        members = _members(model)
        holder = next((member for member in members if part in member.model_fields), None)
        if holder is not None:
            names.append(part)
            field = holder.model_fields[part]
            model = field.annotation  # type: ignore[assignment]
        elif any(member.model_fields.get("kind") and member.model_fields["kind"].default == part for member in members):
            model = DISTRIBUTIONS[part]
        elif not part.isdigit():
            return ".".join([*names, part]), None
    return ".".join(names), field


def _members(model: Any) -> list[type[Spec]]:
    """The specs that a field's type may hold."""
    if isinstance(model, type):
        return [model] if issubclass(model, Spec) else []
    return [member for part in get_args(model) for member in _members(part)]


def _explains(field: FieldInfo, broken: Mapping[str, Any]) -> bool:
    """Whether a field's reason is about the bound that was broken: the upper one where there is one, else the lower."""
    upper = any(hasattr(bound, name) for bound in field.metadata for name in ("le", "lt"))
    return bool(broken.keys() & ({"le", "lt"} if upper else {"ge", "gt"}))


_WRONG = {  # what would be right, by pydantic's name for what was wrong
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
    "literal_error": "one of {expected}",
    "union_tag_invalid": "one of {expected_tags}",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "model_type": "a group of settings",
    "model_attributes_type": "a group of settings",
    "string_type": "text",
}


def _sentence(model: type[Spec], error: ValidationError) -> str:
    """The first of pydantic's complaints as one sentence: which field, what was wrong, what would be right, and why."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "json_invalid":
        return "This is not a spec: it must be a JSON object."
    dotted, field = field_at(model, tuple(str(part) for part in first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"{dotted!r} is not a setting of this experiment."
    context = first.get("ctx", {})
    given = context.get("tag", first["input"])
    name = f"{field.title} ({dotted})" if field and field.title else dotted or "The spec"
    if first["type"] not in _WRONG:
        return f"{name} is {str(given)!r}; {first['msg'][0].lower()}{first['msg'][1:]}."
    right = _WRONG[first["type"]].format(**context)
    because = field.json_schema_extra["because"] if field and _explains(field, context) else ""  # type: ignore[index]
    return f"{name} is {str(given)!r}; it must be {right}{', because ' + because if because else ''}."


# Distributions ---------------------------------------------------------------------------------------------------


class Ring(Spec):
    """Gaussians on a circle, evenly spaced from angle 0."""

    kind: Literal["ring"] = "ring"
    modes: int = described(
        8, "Modes", "How many Gaussians. More modes are harder to cover.", ge=1, le=32,
        because="beyond 32 the modes of a ring touch",
    )  # fmt: skip
    radius: float = described(
        2.0, "Radius", "Distance of each mode from the centre. Further apart is harder to cross.", gt=0, le=10,
        because="the view and the initial generator are a few units wide",
    )  # fmt: skip
    sigma: float = described(
        0.1, "Sigma", "Standard deviation of each mode. Narrow modes leave empty space where D has nothing to say.",
        ge=0.001, le=2, because="a wider mode fills the view",
    )  # fmt: skip
    weights: tuple[float, ...] = described(
        (), "Weights", "How often each mode is drawn, one number a mode, separated by commas. Empty: all alike.",
    )  # fmt: skip

    @field_validator("weights", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in value.replace(" ", "").split(",") if part) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_weight_a_mode(self) -> Self:
        if self.weights and len(self.weights) != self.modes:
            raise ValueError(
                f"Weights (data.weights) has {len(self.weights)} numbers for {self.modes} modes; "
                "give one number for each mode, or none for equal weights."
            )
        if not all(0 < weight <= 1e6 for weight in self.weights):
            raise ValueError("Weights (data.weights) has a number out of range; each must be more than 0, at most 1e6.")
        return self


class Grid(Spec):
    """Gaussians on a square grid around the origin."""

    kind: Literal["grid"] = "grid"
    side: int = described(
        5, "Side", "Modes along each side: 3 gives 9 modes, 5 gives 25.", ge=2, le=7,
        because="more than 49 modes cannot be told apart in the view",
    )  # fmt: skip
    spacing: float = described(
        1.0, "Spacing", "Distance between neighbours. Wider gaps are harder to cross.", gt=0, le=5,
        because="the view and the initial generator are a few units wide",
    )  # fmt: skip
    sigma: float = described(
        0.05, "Sigma", "Standard deviation of each mode.", ge=0.001, le=2,
        because="a wider mode fills the view",
    )  # fmt: skip


def _width(default: float) -> Any:
    return described(
        default, "Sigma", "Standard deviation of the noise around the curve.", ge=0.01, le=1,
        because="a wider one hides the curve's shape",
    )  # fmt: skip


class Moons(Spec):
    """Two interleaved half circles with noise."""

    kind: Literal["moons"] = "moons"
    sigma: float = _width(0.08)


class Spiral(Spec):
    """One Archimedean spiral with noise."""

    kind: Literal["spiral"] = "spiral"
    turns: float = described(
        1.5, "Turns", "How often the spiral winds round. More turns lie closer together.", ge=0.5, le=4,
        because="more turns than four touch",
    )  # fmt: skip
    sigma: float = _width(0.05)


class SwissRoll(Spec):
    """The Swiss roll's cross-section: a spiral whose points thin out towards the rim."""

    kind: Literal["swiss_roll"] = "swiss_roll"
    sigma: float = _width(0.05)


class Line(Spec):
    """A straight segment with noise: the simplest manifold."""

    kind: Literal["line"] = "line"
    length: float = described(
        4.0,
        "Length",
        "Length of the segment.",
        gt=0,
        le=10,
        because="the view is a few units wide",
    )
    sigma: float = _width(0.05)


Distribution = Annotated[Ring | Grid | Moons | Spiral | SwissRoll | Line, Field(discriminator="kind")]
DISTRIBUTIONS: dict[str, type[Spec]] = {
    member.model_fields["kind"].default: member for member in (Ring, Grid, Moons, Spiral, SwissRoll, Line)
}

# Networks --------------------------------------------------------------------------------------------------------

Activation = Literal["relu", "leaky_relu", "tanh", "elu", "softplus"]
Initialisation = Literal["default", "orthogonal", "xavier", "normal"]


class Network(Spec):
    """What the two players' multilayer perceptrons have in common."""

    width: int = described(
        128, "Width", "Units in each hidden layer. Wider nets fit more, and each step takes longer.", ge=1, le=512,
        because="a wider net does not learn within a lesson on one processor core",
    )  # fmt: skip
    depth: int = described(
        2, "Depth", "Hidden layers. 0 makes a linear map, which cannot bend space.", ge=0, le=6,
        because="deeper plain nets do not train without shortcuts",
    )  # fmt: skip
    activation: Activation = described(
        "relu",
        "Activation",
        "The bend after each hidden layer. Smooth ones give a smooth surface.",
    )
    initialisation: Initialisation = described(
        "default",
        "Initialisation",
        "How the first weights are drawn. “default” is PyTorch's own for linear layers.",
    )
    gain: float = described(
        1.0, "Gain", "Scale of the first weights (not used by “default”). Small: everything starts in one spot.",
        gt=0, le=10, because="larger first weights saturate or explode",
    )  # fmt: skip
    batch_norm: bool = described(
        False,
        "BatchNorm",
        "Normalise each hidden layer over the batch. Speeds up G; makes D judge batches, not points.",
    )


class Generator(Network):
    """Latent to point."""

    latent_size: int = described(
        2, "Latent size", "Numbers in each latent vector z. With 2 the warped grid shows the whole latent plane.",
        ge=1, le=512, because="more numbers than 512 only cost time in two dimensions",
    )  # fmt: skip
    latent_law: Literal["normal", "uniform"] = described(
        "normal",
        "Latent law",
        "Each number of z: standard normal, or uniform between -1 and 1.",
    )


class Discriminator(Network):
    """Point to logit."""

    input_scale: float = described(
        1.0, "Input scale", "Points are multiplied by this before D sees them. Small values make D short-sighted.",
        gt=0, le=100, because="larger inputs saturate the first layer",
    )  # fmt: skip
    spectral_norm: bool = described(
        False,
        "Spectral norm",
        "Divide each weight matrix by its largest singular value: D cannot become steep.",
    )


# The game --------------------------------------------------------------------------------------------------------

LossName = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic"]


class Regularisation(Spec):
    """What is added to D's loss, or done to D's weights, to keep it smooth. 0 switches a part off."""

    r1: float = described(
        0.0, "R1", "γ/2 times the squared gradient of D at real points. Calms D where the data are.", ge=0, le=1000,
        because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    r2: float = described(
        0.0, "R2", "γ/2 times the squared gradient of D at fake points. Together with R1: R3GAN.", ge=0, le=1000,
        because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    gradient_penalty: float = described(
        0.0, "Gradient penalty", "λ times (slope - 1)² between real and fake points (WGAN-GP; the paper uses 10).",
        ge=0, le=1000, because="a stronger penalty leaves D nothing to say",
    )  # fmt: skip
    weight_clip: float = described(
        0.0, "Weight clipping", "After each step of D every weight is cut to [-c, c] (the first WGAN; 0.01 there).",
        ge=0, le=10, because="wider limits never bite",
    )  # fmt: skip


class Optimizer(Spec):
    """How one player turns gradients into steps."""

    name: Literal["adam", "rmsprop", "sgd"] = described(
        "adam",
        "Optimiser",
        "Adam and RMSProp scale each weight's step; SGD follows the gradient as it is.",
    )
    learning_rate: float = described(
        1e-3, "Learning rate", "Size of each step. Too large oscillates or explodes, too small goes nowhere.",
        gt=0, le=1, because="larger steps leave the floating-point range at once",
    )  # fmt: skip
    beta1: float = described(
        0.5, "Beta 1", "Memory of Adam's momentum, or SGD's momentum. GANs like it low; high values oscillate.",
        ge=0, lt=1, because="1 would never forget",
    )  # fmt: skip
    beta2: float = described(
        0.9,
        "Beta 2",
        "Memory of the squared gradient (RMSProp's alpha).",
        ge=0,
        lt=1,
        because="1 would never forget",
    )


class ToySpec(Spec):
    """A GAN on points in the plane."""

    kind: Literal["toy"] = "toy"
    data: Distribution = Ring()
    generator: Generator = Generator()
    discriminator: Discriminator = Discriminator()
    loss: LossName = described("non_saturating", "Loss", "The game that the two play. Choose one and compare.")
    regularisation: Regularisation = Regularisation()
    generator_optimizer: Optimizer = Optimizer()
    discriminator_optimizer: Optimizer = Optimizer()
    order: Literal["alternating", "simultaneous"] = described(
        "alternating",
        "Order",
        "D moves first and G answers it, or both move at once from the same position.",
    )
    discriminator_steps: int = described(
        1, "D steps", "Steps of D in each round. Many make D strong.", ge=1, le=20,
        because="each step costs time, and a stronger D than this teaches nothing new",
    )  # fmt: skip
    generator_steps: int = described(
        1, "G steps", "Steps of G in each round. Many let G run to whatever point D likes best.", ge=1, le=20,
        because="each step costs time",
    )  # fmt: skip
    batch: int = described(
        256, "Batch", "Points in each step. Small batches are noisy, large ones slow.", ge=2, le=4096,
        because="larger batches take seconds a step on a processor core",
    )  # fmt: skip
    steps: int = described(
        3000,
        "Steps",
        "Rounds to play.",
        ge=1,
        le=200_000,
        because="one run would keep a core busy for hours",
    )
    frame_every: int = described(
        15,
        "Frame every",
        "Steps between two frames of the player.",
        ge=1,
        le=10_000,
        because="nobody would see it move",
    )
    evaluation_samples: int = described(
        2500, "Evaluation samples", "Points drawn from G for each measurement. More are steadier and slower.",
        ge=100, le=10_000, because="more slow the training down",
    )  # fmt: skip
    mode_threshold: int = described(
        25, "Mode threshold", "Good samples that a mode needs to count as covered. Papers use 1 sample, or 1 %.",
        ge=1, le=10_000, because="a mode cannot hold more samples than are drawn",
    )  # fmt: skip
    seed: int = described(
        0, "Seed", "Data, first weights, latents and evaluation follow from it: same seed, same run.",
        ge=0, le=SEEDS - 1, because="it is a 31-bit number",
    )  # fmt: skip

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.steps > self.frame_every * MAX_FRAMES:
            least = -(-self.steps // MAX_FRAMES)
            raise ValueError(
                f"Frame every (frame_every) is {self.frame_every}; with {self.steps} steps it must be at least "
                f"{least}, because a run keeps at most {MAX_FRAMES:,} frames."
            )
        smooth = self.regularisation
        if self.discriminator.batch_norm and (smooth.r1 or smooth.r2 or smooth.gradient_penalty):
            raise ValueError(
                "BatchNorm (discriminator.batch_norm) is on together with a gradient penalty; switch one off, "
                "because the penalty needs D's slope at each point and BatchNorm mixes the points of a batch."
            )
        if self.order == "simultaneous" and self.discriminator_steps * self.generator_steps > 1:
            raise ValueError(
                "Order (order) is 'simultaneous'; with more than one step of D or G it must be 'alternating', because "
                "players who move at once take one step each."
            )
        if self.mode_threshold > self.evaluation_samples:
            raise ValueError(
                f"Mode threshold (mode_threshold) is {self.mode_threshold}; it must be at most the "
                f"{self.evaluation_samples} evaluation samples, because a mode cannot hold more than are drawn."
            )
        if self.generator.batch_norm and self.batch < 8:
            raise ValueError(
                f"Batch (batch) is {self.batch}; with BatchNorm in the generator it must be at least 8, because the "
                "mean and variance of fewer points are noise."
            )
        return self


SPECS: dict[str, type[Spec]] = {"toy": ToySpec}


def read_spec(text: str | bytes) -> Spec:
    """A spec from its JSON, whichever kind it is.

    Raises:
        SpecError: not JSON, of an unknown kind, or not valid.
    """
    import json

    try:
        kind = json.loads(text)["kind"]
    except (ValueError, KeyError, TypeError):
        raise SpecError("This is not a spec: it must be a JSON object with a “kind”.") from None
    if kind not in SPECS:
        raise SpecError(f"kind is {kind!r}; it must be one of {', '.join(SPECS)}.")
    return SPECS[kind].checked(text)
