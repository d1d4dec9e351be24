"""Contrast of two colors, by WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

READABLE = 4.5


def contrast_ratio(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); colors are `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
