"""Models: what came with the app is shown, loads, draws and is verified; nothing is asked of the network."""

import pytest
from streamlit.testing.v1 import AppTest

from gan_core import hub as door
from gan_core.model_folder import CHECKPOINTS
from gan_core.shelf import bundled
from pages.parts import model_view, services
from tests.hub_server import HubServer

FILES = {file.name: file.read_bytes() for file in (CHECKPOINTS / "fashion-mlp-28").iterdir()}


@pytest.fixture
def models(run_page, hub: HubServer):
    """`models(model="cats-64")`: the page with an engine that is ready, and a cache with nothing in it."""
    services.engine().wait_ready(120)
    return lambda **query: run_page("models", **query)


def facts(app: AppTest) -> dict[str, str]:
    return dict(app.table[0].value.itertuples(index=False))


@pytest.mark.parametrize("name", [model.name for model in bundled()])
def test_whatever_came_with_the_app_is_shown_and_loads(models, hub: HubServer, name: str) -> None:
    app = models(model=name)
    assert not app.exception
    assert not app.error
    assert [header.value for header in app.header] == [name]
    assert app.query_params["model"] == name
    about = facts(app)
    assert about["Origin"] == "Came with the app"
    assert about["Licence"] in ("apache-2.0", "cc-by-4.0")
    assert (
        "not a network" in about["What it is"]
        if name == "toy-ring"
        else "px" in about["What it is"] or "VGG19" in about["What it is"]
    )
    assert "model.safetensors" in app.code[0].value or "model-0" in app.code[0].value or name == "toy-ring"
    assert "license:" not in "".join(text.value for text in app.markdown)
    assert hub.requests == []


def test_a_class_is_asked_for_and_other_numbers_make_others(models) -> None:
    app = models(model="digits-cdcgan-32")
    first = app.get("image")[0].proto
    assert first.imgs[0].caption.startswith("Samples that came with it")
    app.button(key="models_draw").click().run()
    second = app.get("image")[0].proto.imgs[0]
    assert second.caption.startswith("36 new samples, seed 0")
    app.selectbox(key="models_class_digits-cdcgan-32").select_index(3).run()
    third = app.get("image")[0].proto.imgs[0]
    assert not app.exception
    assert len({second.url, third.url, first.imgs[0].url}) == 3


def test_a_link_to_what_is_not_here_offers_the_download(models) -> None:
    app = models(model="timm/vgg19.tv_in1k")
    assert "not on this machine yet" in app.markdown[1].value
    assert app.button(key="models_get").label == "Download it"
    app = models(model="ada/gan")
    assert not app.exception
    assert app.text_input(key="models_id").value == "ada/gan"
    assert app.header[0].value == bundled()[0].name


def test_a_model_of_the_hub_is_marked_and_can_be_removed(models, hub: HubServer) -> None:
    commit = hub.add("model", "ada/gan", FILES, card={"license": "mit"})
    name = door.resolve("ada/gan").name
    app = models(model=name)
    assert not app.exception
    assert facts(app)["Origin"] == f"ada/gan on the hub, commit {commit[:12]}"
    app.button(key="models_remove").click().run()
    assert not app.exception
    assert "ada/gan was removed" in app.success[0].value
    assert app.header[0].value == bundled()[0].name


def test_a_click_counts_more_than_the_link_that_led_here(models) -> None:
    app = models(model="cats-64")
    app.pills(key="models_chosen").set_value("digits-cdcgan-32").run()
    assert app.header[0].value == "digits-cdcgan-32"
    assert app.query_params["model"] == "digits-cdcgan-32"
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/models.py").run()
    assert app.header[0].value == "digits-cdcgan-32"  # where one was


def test_what_was_removed_is_not_asked_for_again(models, hub: HubServer) -> None:
    hub.add("model", "ada/gan", FILES)
    app = models(model=door.resolve("ada/gan").name)
    app.button(key="models_remove").click().run()
    app.run()
    assert app.text_input(key="models_id").value == ""
    assert app.query_params["model"] == bundled()[0].name


def test_samples_that_are_no_picture_are_said(models, hub: HubServer) -> None:
    hub.add("model", "ada/gan", FILES | {"samples.png": b"<svg/>"})
    app = models(model=door.resolve("ada/gan").name)
    assert not app.exception
    assert "samples.png, which came with it, is not a picture." in [each.value for each in app.error]


def test_a_draw_that_fails_is_a_sentence(models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_view, "SAMPLES", 101)  # more than a worker draws
    model_view.drawn.clear()
    app = models(model="digits-cdcgan-32")
    app.button(key="models_draw").click().run()
    assert not app.exception
    assert "101 samples were asked for; it must be from 1 to 100" in app.error[0].value


def test_nothing_of_a_strangers_is_fetched(models, hub: HubServer) -> None:
    there = "http://192.0.2.1/x.png"
    card = f"---\nlicense: mit\n---\n\n!![one]({there}) ![two]({there}) !!![three]({there})".encode()
    hub.add("model", "ada/gan", FILES | {"README.md": card}, card={"license": f"![x]({there})"})
    app = models(model=door.resolve("ada/gan").name)
    assert "![" not in "".join(each.value for each in app.markdown)
    assert facts(app)["Licence"] == r"\!\[x\](http\://192.0.2.1/x.png)"
