"""Beginning with the weights of a checkpoint instead of random ones."""

from __future__ import annotations

from collections.abc import Callable

from gan_core.hub import resolve
from gan_core.networks.families import load_network
from gan_core.networks.pictures import PictureNetwork
from gan_core.networks.weights import read_config
from gan_core.picture_game import PictureGame
from gan_core.specs import SpecError

SETTINGS = {  # where the spec says what a network's config says
    "size": "data.size", "latent_size": "network.latent_size", "batch_norm": "network.batch_norm",
    "norm": "network.discriminator_norm", "blocks": "network.blocks",
}  # fmt: skip


def begin_with(game: PictureGame, name: str, stop: Callable[[], bool]) -> None:
    """Give both players, and the running average of G, a checkpoint's weights.

    Raises:
        SpecError: the checkpoint has no discriminator, or its networks are not those of the spec.
        DataError: it cannot be had.
    """
    folder = resolve(name, stop=stop).folder
    players = {"generator": game.game.generator.network, "discriminator": game.game.discriminator.network}
    for player, network in players.items():
        if player == "discriminator" and player not in read_config(folder):
            raise SpecError(
                f"Begin with (start) is {name}, which has no discriminator to go on with; choose a model that was "
                "saved with both players, such as cats-64."
            )
        try:
            loaded = load_network(folder, player)
        except ValueError as error:
            raise SpecError(
                f"Begin with (start) is {name}, which cannot be begun with: {str(error).replace(str(folder), name)}"
            ) from None
        _demand_alike(name, player, loaded, network)
        network.load_state_dict(loaded.state_dict())
    if game.game.average:
        game.game.average.network.load_state_dict(players["generator"].state_dict())


def _demand_alike(name: str, player: str, loaded: PictureNetwork, network: PictureNetwork) -> None:
    theirs, ours = ({"family": each.family} | each.config for each in (loaded, network))
    for key, value in theirs.items():
        if value != ours.get(key):
            setting = {"family": "network.kind", "width": f"network.{player}_width"} | SETTINGS
            raise SpecError(
                f"Begin with (start) is {name}, whose {player} has {key} {value}, not {ours.get(key)}; "
                + (f"set {setting[key]} to {value}." if key in setting else "choose pictures that fit it.")
            )
