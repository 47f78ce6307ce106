"""Words on figures, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping

from sim.words.glossary import Lang

Texts = Mapping[str, tuple[str, str]]
"""Key -> Chinese and English."""


def say(texts: Texts, key: str, lang: Lang, /, **values: object) -> str:
    """One of a figure's texts with its values filled in."""
    zh, en = texts[key]
    return (zh if lang == "zh" else en).format(**values)
