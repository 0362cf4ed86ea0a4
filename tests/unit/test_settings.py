"""Settings come from the environment, and a wrong one is named."""

import pytest

from gan_core.settings import Settings
from gan_core.specs import SpecError


def test_nothing_set_means_defaults():
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert 2 <= settings.workers <= 4
    assert settings.home.is_absolute()
    assert settings.scheduler == ""


def test_each_variable_is_read(tmp_path):
    settings = Settings.from_environment(
        {
            "GAN_CLASSROOM_HOME": str(tmp_path),
            "GAN_CLASSROOM_SCHEDULER": "tcp://10.0.0.1:8786",
            "GAN_CLASSROOM_WORKERS": "3",
            "GAN_CLASSROOM_RUNS_PER_VISITOR": "7",
            "GAN_CLASSROOM_RUN_SECONDS": "90.5",
            "GAN_CLASSROOM_STORE_MEGABYTES": " 80 ",
            "GAN_CLASSROOM_LANGUAGE": "de",  # read elsewhere
        }
    )
    assert settings == Settings(
        home=tmp_path, scheduler="tcp://10.0.0.1:8786", workers=3, runs_per_visitor=7, run_seconds=90.5,
        store_megabytes=80,
    )  # fmt: skip


def test_an_empty_variable_means_the_default():
    assert Settings.from_environment({"GAN_CLASSROOM_WORKERS": ""}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("WORKERS", "many", "must be a whole number"),
        ("WORKERS", "0", "at least 1"),
        ("RUN_SECONDS", "nan", "must be a finite number"),
        ("RUN_SECONDS", "0", "more than 0"),
        ("RUNS_PER_VISITOR", "2.5", "must be a whole number"),
        ("STORE_MEGABYTES", "-3", "at least 80"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable, value, said):
    with pytest.raises(SpecError, match=f"GAN_CLASSROOM_{variable}: .*{said}"):
        Settings.from_environment({f"GAN_CLASSROOM_{variable}": value})
