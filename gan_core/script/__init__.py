"""A run as a Python script of its own, which needs nothing of this package. Torch-free."""

from gan_core.script.archive import picture_archive, style_archive
from gan_core.script.export import script

__all__ = ["picture_archive", "script", "style_archive"]
