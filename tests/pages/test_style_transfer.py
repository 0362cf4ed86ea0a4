"""The Style transfer page through AppTest: links, presets, pictures, a painting, its changes, what is made of it."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gan_core.data.pictures import DataError
from gan_core.figures import making
from gan_core.script import script
from gan_core.source import source_of
from gan_core.specs import OWN, StyleSpec
from gan_core.specs.style import LAYERS
from gan_core.style_presets import style_preset_of, style_presets
from pages.parts import style_desk, style_lessons, style_pictures, style_save, style_settings, style_sights, style_time
from pages.parts.services import engine, store
from pages.parts.style_desk import Desk
from pages.parts.style_panel import scales_text
from pages.parts.words import text
from tests.pages.lab_tools import ended, finished, texts

SMALL = {"size": "64", "network": "slim", "steps": "6", "refined": "0"}
Open = Callable[..., AppTest]


def desk_of(app: AppTest) -> Desk:
    return app.session_state["style"]


def painted(app: AppTest) -> str:
    """Press Paint, wait for the end, and draw the page with it. Returns the run's id."""
    return finished(app, "style", "style_paint")


def painting(run: str) -> None:
    """Wait until the canvas has moved."""
    until = time.monotonic() + 60
    while not store().frames(run, after=0) and time.monotonic() < until:
        time.sleep(0.05)


def picture(width: int = 60, height: int = 40) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


# Links and choices ---------------------------------------------------------------------------------------------------


def test_opens_on_the_first_preset(open_style: Open) -> None:
    app = open_style()
    assert not app.exception
    assert desk_of(app).spec == style_presets()["painted"].spec
    assert not app.button(key="style_paint").disabled


@pytest.mark.parametrize("name", style_presets())
def test_each_preset_from_a_link(name: str, open_style: Open) -> None:
    app = open_style(preset=name)
    assert not app.exception
    preset = style_presets()[name]
    assert desk_of(app).spec == preset.spec
    assert desk_of(app).preset == name
    assert preset.look in texts(app)
    assert preset.explain in texts(app)


def test_presets_are_told_apart_whatever_their_pictures() -> None:
    for name, preset in style_presets().items():
        assert style_preset_of(preset.spec) == name
        assert style_preset_of(preset.spec.changed({"content": "rocket", "seed": 5})) == name
    assert style_preset_of(StyleSpec(size=100)) == ""


def test_another_preset_keeps_pictures_that_the_visitor_has_chosen(open_style: Open) -> None:
    app = open_style()
    app.selectbox(key="style_preset").set_value("quick").run()
    assert desk_of(app).spec == style_presets()["quick"].spec
    app = open_style(content="rocket", styles="poppies")
    app.selectbox(key="style_preset").set_value("quick").run()
    assert (desk_of(app).spec.content, desk_of(app).spec.styles) == ("rocket", ("poppies",))
    assert desk_of(app).preset == "quick"


def test_an_address_says_everything(open_style: Open) -> None:
    spec = StyleSpec.from_flat(SMALL | {
        "styles": "poppies,ejiri", "shares": "1,3", "content_layers.relu4_2": "0", "content_layers.relu3_1": "2.5",
    })  # fmt: skip
    app = open_style(**style_desk.query_of(Desk(spec, sight="gram", layer="relu2_1")))
    assert not app.exception
    assert desk_of(app) == Desk(spec, sight="gram", layer="relu2_1")
    assert style_desk.query_of(desk_of(app))["content_layers.relu3_1"] == "2.5"


@pytest.mark.parametrize(
    "query, words",
    [
        ({"preset": "no-such"}, "preset is 'no-such'; it must be one of painted"),
        ({"size": "5000"}, "Size (size) is '5000'; it must be at most 1024"),
        ({"content_weight": "0", "style_weight": "0"}, "All weights are 0"),
        ({"content_layers.relu4_2": "0", "style_weight": "0"}, "All weights are 0"),
        ({"sight": "future"}, "sight is 'future'"),
        ({"run": "nothing"}, "no longer kept"),
    ],
)
def test_what_a_link_has_wrong_is_one_sentence(query: dict, words: str, open_style: Open) -> None:
    app = open_style(**query)
    assert not app.exception
    assert words in "\n".join(each.value for each in app.warning)
    assert not app.button(key="style_paint").disabled


def test_layers_are_chosen_and_weighed(open_style: Open) -> None:
    app = open_style()
    app.pills(key="style.style_layers").set_value(["relu2_1", "relu3_3"]).run()
    assert not app.exception
    weights = desk_of(app).spec.style_layers
    assert {layer for layer in LAYERS if getattr(weights, layer)} == {"relu2_1", "relu3_3"}
    app.number_input(key="style.style_layers.relu3_3").set_value(4.0).run()
    assert desk_of(app).spec.style_layers.relu3_3 == 4
    app.pills(key="style.style_layers").set_value([]).run()
    app.pills(key="style.content_layers").set_value([]).run()
    assert "All weights are 0" in app.error[0].value
    assert app.button(key="style_paint").disabled


def test_a_change_can_be_undone(open_style: Open) -> None:
    app = open_style()
    app.number_input(key="style.size").set_value(128).run()
    assert desk_of(app).spec.size == 128
    app.button(key="style_undo").click().run()
    assert desk_of(app).spec == StyleSpec()


def test_the_panel_says_what_the_spec_says(open_style: Open) -> None:
    app = open_style(**SMALL, **{"style_layers.relu1_1": "0", "pooling": "average"})
    assert desk_of(app).spec == StyleSpec.from_flat(SMALL | {"style_layers.relu1_1": 0, "pooling": "average"})
    fields = {name for _, _, parts in style_settings.GROUPS for name in parts}
    assert fields | {"content", "styles", "shares", "mask", "kind"} == set(StyleSpec.model_fields)


def test_a_class_sees_one_experiment_and_one_button(open_style: Open) -> None:
    app = open_style(preset="noise", focus="true")
    assert not app.exception
    assert not app.selectbox
    assert not app.number_input
    assert app.button(key="style_paint")


# Pictures ------------------------------------------------------------------------------------------------------------


def test_own_pictures_are_painted_and_asked_for_again_when_they_are_gone(open_style: Open) -> None:
    app = open_style(**SMALL)
    with pytest.raises(DataError, match=r"notes\.txt"):
        style_pictures.take("notes.txt", b"no picture")
    source = style_pictures.take("mine.png", picture())
    assert style_pictures.title(source) == "mine.png"
    app = open_style(**SMALL, content=source, styles=source)
    assert not app.exception
    painted(app)
    gone = open_style(**SMALL, content=f"{OWN}0123456789abcdef")
    assert not gone.exception
    assert gone.button(key="style_paint").disabled
    assert "choose it again" in "\n".join(each.value for each in gone.info)


def test_a_class_whose_picture_is_gone_can_choose_another(open_style: Open) -> None:
    app = open_style(**SMALL, content=f"{OWN}0123456789abcdef", focus="true")
    assert app.button(key="style_paint").disabled
    app.button(key="style_unfocus").click().run()
    assert not app.exception
    assert app.selectbox(key="style_preset")
    assert style_desk.query_of(desk_of(app))["size"] == SMALL["size"]


def test_a_picture_that_nobody_knows_is_asked_for(open_style: Open) -> None:
    app = open_style(**SMALL, styles="mona_lisa")
    assert not app.exception
    assert app.button(key="style_paint").disabled
    assert "choose it again" in "\n".join(each.value for each in app.info)


# Painting ------------------------------------------------------------------------------------------------------------


def test_a_painting_from_the_start_to_what_is_saved(open_style: Open) -> None:
    app = open_style(**SMALL)
    run = painted(app)
    assert "Step 6 of 6" in texts(app)
    found = store().get(run)
    assert Image.open(io.BytesIO(style_save.png(run))).size == (64, 43)
    assert style_save.movie(found, "gif").startswith(b"GIF89a")
    assert style_save.movie(found, "mp4")[4:8] == b"ftyp"


def saving(app: AppTest) -> AppTest:
    app.session_state["style_save"] = True
    return app.run()


def test_a_button_makes_the_script_with_its_pictures(open_style: Open) -> None:
    app = open_style(**SMALL)
    run = painted(app)
    saving(app).button(key="style_make_script").click().run()
    assert not app.exception
    assert not app.error
    assert app.download_button(key="style_script").label.startswith("Script with pictures (zip) · ")
    made = app.session_state["style_made"]["script"]
    spec, changes = store().get(run).spec, store().changes(run)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["run.py", "pictures.npz", "weights.npz", "README.txt"]
        assert archive.read("run.py").decode() == script(spec, changes)


def test_what_was_begun_with_another_picture_gets_a_sentence_instead_of_a_script(open_style: Open) -> None:
    app = open_style(**SMALL)
    painted(app)
    app.button(key="style_larger").click().run()
    ended(desk_of(app).run)
    app.run()
    saving(app).button(key="style_make_script").click().run()
    assert not app.exception
    assert app.error[0].value.startswith("This picture was begun from another one")
    assert "script" not in app.session_state["style_made"]


def test_a_live_painting_has_no_script_and_one_that_was_stopped_has_it_up_to_there(
    open_style: Open, tmp_path: Path
) -> None:
    app = open_style(**SMALL | {"steps": "5000", "refined": "0"})
    app.button(key="style_paint").click().run()
    assert "style_make_script" not in {button.key for button in saving(app).button}
    painting(desk_of(app).run)
    app.button(key="style_stop").click().run()
    ended(desk_of(app).run)
    saving(app).button(key="style_make_script").click().run()
    assert not app.error
    zipfile.ZipFile(io.BytesIO(app.session_state["style_made"]["script"])).extractall(tmp_path)
    subprocess.run([sys.executable, "-I", "run.py"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "painted.png").read_bytes() == style_save.png(desk_of(app).run)


def test_a_finished_painting_goes_on_and_grows(open_style: Open) -> None:
    app = open_style(**SMALL)
    run = painted(app)
    app.button(key="style_more").click().run()
    assert not app.exception
    assert ended(run).step == 46
    app.run()
    app.button(key="style_larger").click().run()
    assert not app.exception
    larger = desk_of(app).run
    assert larger != run
    assert desk_of(app).spec.size == 128
    assert ended(larger).status == "finished"
    assert Image.open(io.BytesIO(style_save.png(larger))).size == (128, 85)


def test_an_earlier_preview_is_gone_on_from(open_style: Open) -> None:
    app = open_style(**SMALL)
    run = painted(app)
    first = store().frames(run, limit=1)[0].step
    app.session_state["style_settled"] = (run, first)
    app.run()
    app.button(key="style_earlier").click().run()
    assert not app.exception
    assert desk_of(app).run != run
    assert ended(desk_of(app).run).status == "finished"


def test_a_weight_is_moved_while_it_paints(open_style: Open) -> None:
    app = open_style(**SMALL | {"steps": "5000"})
    app.button(key="style_paint").click().run()
    run = desk_of(app).run
    painting(run)
    app.run()
    app.select_slider(key=f"style_now_{run}_style_weight").set_value(100.0).run()
    assert not app.exception
    until = time.monotonic() + 60
    while not store().changes(run) and time.monotonic() < until:
        time.sleep(0.05)
    app.button(key="style_stop").click().run()
    assert ended(run).status == "stopped"
    assert [change.settings for change in store().changes(run)] == [{"style_weight": 100.0}]
    app.run()
    assert not app.exception
    assert app.button(key="style_resume")


# What each layer sees ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sight", ["content", "texture"])
def test_one_layer_alone_has_a_say(sight: str) -> None:
    spec = style_sights.of_layer(StyleSpec(styles=("poppies", "ejiri"), shares=(1, 2)), sight, "relu2_2")
    assert spec.start == "noise"
    asked, silent = (spec.style_layers, spec.content_weight) if sight == "texture" else (
        spec.content_layers, spec.style_weight)  # fmt: skip
    assert [layer for layer in LAYERS if getattr(asked, layer)] == ["relu2_2"]
    assert silent == 0


@pytest.mark.parametrize("sight", ["content", "texture"])
def test_a_layer_is_asked_in_a_small_run(sight: str, open_style: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_sights, "SMALL", style_sights.SMALL | {"size": 64, "steps": 4})
    app = open_style(sight=sight, layer="relu1_1")
    app.button(key="style_sight_go").click().run()
    assert not app.exception
    (run,) = app.session_state["style_sight_runs"].values()
    assert ended(run).status == "finished"
    app.run()
    assert not app.exception
    assert desk_of(app).run is None


@pytest.mark.parametrize("sight", ["gram", "maps"])
def test_a_look_through_the_network(sight: str, open_style: Open) -> None:
    app = open_style(sight=sight, layer="relu1_1", network="slim", refined="0")
    assert not app.exception
    assert "channels" in texts(app)


def test_feature_maps_lie_apart() -> None:
    out = style_sights.sheet(np.full((9, 4, 6), 200, np.uint8))
    assert out.shape == (3 * 4 + 2 * 2, 4 * 6 + 3 * 2, 2)
    assert (out[:4, :6, 0] == 200).all()
    assert (out[:, 6:8, 1] == 0).all()


# Words and numbers ---------------------------------------------------------------------------------------------------


def test_the_scales_are_told_with_the_one_at_hand() -> None:
    spec = StyleSpec(size=256, scales=3, steps=90, refined=30)
    assert scales_text(spec.stages, 0) == "**128** → 181 → 256 px → VGG19"
    assert scales_text(spec.stages, 70) == "128 → 181 → 256 px → **VGG19**"
    assert scales_text(spec.stages, 90) == "128 → 181 → 256 px → VGG19"


def test_time_left_counts_pixels() -> None:
    spec = StyleSpec(size=256, scales=3, steps=90, refined=0, network="slim")
    # The first step brings the networks, and says nothing of the pace.
    metrics = {"step": np.array([0, 1, 10, 20, 30]), "seconds": np.array([0.0, 5.0, 6.0, 6.5, 7.0])}
    left = style_time.seconds_left(spec.stages, metrics)
    assert left == pytest.approx(1.5 * (181**2 + 256**2) / 128**2)
    assert style_time.seconds_left(spec.stages, {name: each[:4] for name, each in metrics.items()}) is None
    assert style_time.seconds_left(spec.stages, {"step": np.array([0]), "seconds": np.array([0.0])}) is None


def test_films_have_one_even_size() -> None:
    def webp(side: int) -> bytes:
        file = io.BytesIO()
        Image.new("RGB", (side, side // 2), (side, 0, 0)).save(file, "WEBP")
        return file.getvalue()

    previews = [webp(64), webp(91), webp(129)]
    with Image.open(io.BytesIO(making.gif(previews))) as film:
        assert film.size == (128, 64)
        assert film.n_frames == 3
    assert making.mp4(previews)[4:8] == b"ftyp"
    with pytest.raises(ValueError, match="no previews"):
        making.gif([])


def test_every_lesson_has_its_words_and_settings_that_hold() -> None:
    for section, (_, _, tries) in style_lessons.LESSONS.items():
        assert text(f"style_transfer#{section}")
        for what in tries:
            assert StyleSpec.from_flat(what[1]) if not isinstance(what, str) else style_presets()[what]
    for sight in style_desk.SIGHTS:
        assert text(f"style_transfer#{sight}")


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_code_is_what_runs(optimizer: str) -> None:
    shown = {name: source_of(file, name) for _, file, names in style_lessons.parts(StyleSpec(optimizer=optimizer))
             for name in names}  # fmt: skip
    assert shown["gram_matrix"].startswith("def gram_matrix")
    assert ("Adam.step" in shown) == (optimizer == "adam")
    assert "self.descent.step" in shown["Painting.paint"]


def test_settings_of_other_visitors_runs_do_not_break_a_page(open_style: Open, open_train: Open) -> None:
    run = engine().start(StyleSpec.from_flat(SMALL), "somebody")
    ended(run)
    assert "another page" in open_train(run=run).warning[0].value
    assert desk_of(open_style(run=run)).spec == StyleSpec.from_flat(SMALL)
    assert replace(Desk(StyleSpec()), run=run).preset == "painted"
