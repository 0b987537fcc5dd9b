"""What a browser draws with, given beforehand. No tests."""

from __future__ import annotations

from collections.abc import Iterable


def random_words(words: Iterable[int]) -> str:
    """A script that makes these the browser's random words, of 64 bits each."""
    listed = ", ".join(f"{word}n" for word in words)
    return f"""
        const words = [{listed}];
        Object.defineProperty(crypto, "getRandomValues", {{
            value: (array) => array.map(() => words.shift()),
        }});
    """
