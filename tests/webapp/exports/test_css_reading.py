"""Computed CSS read into what a slide is drawn with."""

import pytest

from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.css_values import split_top_level
from webapp.exports.pptx.fonts import east_asian_font, latin_font
from webapp.exports.pptx.geometry import Rect, Transform, place
from webapp.exports.pptx.gradients import parse_linear_gradient
from webapp.exports.pptx.images import decode_data_url, fit_image, read_image
from webapp.exports.pptx.shadows import parse_shadows, strongest

BOX = Rect(0, 0, 400, 200)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("rgb(1, 2, 3)", Color(1, 2, 3)),
        ("rgba(1, 2, 3, 0.5)", Color(1, 2, 3, 0.5)),
        ("rgb(1 2 3 / 50%)", Color(1, 2, 3, 0.5)),
        ("color(srgb 1 0.5 0)", Color(255, 128, 0)),
        ("oklch(0.627966 0.257704 29.2346)", Color(255, 0, 0)),
        ("oklab(1 0 0)", Color(255, 255, 255)),
        ("transparent", Color(0, 0, 0, 0)),
        ("url(#pattern)", None),
        ("rgb(1, 2)", None),
        ("rgb(a, b, c)", None),
    ],
)
def test_colors(text: str, color: Color | None) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize(
    ("text", "angle", "places"),
    [
        ("linear-gradient(rgb(0, 0, 0), rgb(9, 9, 9))", 180, [0, 1]),
        ("linear-gradient(90deg, rgb(0, 0, 0) 100px, rgb(9, 9, 9))", 90, [0, 0.25, 1]),
        ("linear-gradient(to left, rgb(0, 0, 0), rgb(9, 9, 9), rgb(1, 1, 1))", 270, [0, 0.5, 1]),
        ("linear-gradient(0.25turn, rgb(0, 0, 0) 0% 50%, rgb(9, 9, 9) 50%)", 90, [0, 0.5, 0.5, 1]),
    ],
)
def test_linear_gradients(text: str, angle: float, places: list[float]) -> None:
    gradient = parse_linear_gradient(text, BOX)
    assert gradient is not None
    assert gradient.degrees == pytest.approx(angle)
    assert [stop.place for stop in gradient.stops] == pytest.approx(places)


def test_a_gradient_to_a_corner_passes_its_middle_through_the_other_two() -> None:
    gradient = parse_linear_gradient(
        "linear-gradient(to right bottom, rgb(0, 0, 0), rgb(9, 9, 9))", BOX
    )
    assert gradient is not None
    assert gradient.degrees == pytest.approx(153.43, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "radial-gradient(rgb(0, 0, 0), rgb(9, 9, 9))",
        "repeating-linear-gradient(rgb(0, 0, 0), rgb(9, 9, 9) 10px)",
        "linear-gradient(in oklch, rgb(0, 0, 0), rgb(9, 9, 9))",
        "linear-gradient(rgb(0, 0, 0), 20%, rgb(9, 9, 9))",
        "linear-gradient(rgb(0, 0, 0) -20%, rgb(9, 9, 9))",
        "linear-gradient(rgb(0, 0, 0))",
        'url("data:image/png;base64,AAAA")',
    ],
)
def test_what_is_no_simple_gradient_is_left_to_a_picture(text: str) -> None:
    assert parse_linear_gradient(text, BOX) is None


def test_a_fade_to_transparent_keeps_its_color() -> None:
    gradient = parse_linear_gradient("linear-gradient(rgb(200, 100, 0), rgba(0, 0, 0, 0))", BOX)
    assert gradient is not None
    assert gradient.stops[1].color == Color(200, 100, 0, 0)


def test_shadows() -> None:
    shadows, left_out = parse_shadows(
        "rgba(0, 0, 0, 0.1) 0px 1px 2px 0px, rgba(0, 0, 0, 0.4) 0px 8px 24px 4px, "
        "rgb(0, 0, 0) 0px 0px 5px 0px inset"
    )
    assert (len(shadows), left_out) == (2, True)
    best = strongest(shadows)
    assert best is not None
    assert (best.y, best.blur, best.color.alpha) == (8, 26, 0.4)


@pytest.mark.parametrize(
    ("css", "text", "latin", "east_asian"),
    [
        ('"Inter", sans-serif', "Hello", "Inter", "Inter"),
        ('"Missing", "Inter", sans-serif', "Hello", "Inter", "Inter"),
        ('"Missing", sans-serif', "Hello", "Arial", "Arial"),
        ("Missing", "Hello", "Missing", "Missing"),
        ("system-ui, sans-serif", "Hello", "Arial", "Arial"),
        ('"Noto Sans SC", Georgia, serif', "火山", "Georgia", "Noto Sans SC"),
        ("serif", "火山", "Times New Roman", "Microsoft YaHei"),
        ("serif", "日本の火山", "Times New Roman", "Yu Gothic"),
        ("serif", "한라산", "Times New Roman", "Malgun Gothic"),
        ("Noto Sans CJK JP, serif", "火山", "Times New Roman", "Yu Gothic"),
        ('Inter, "Noto Sans CJK TC", serif', "火山", "Inter", "Microsoft JhengHei"),
        ("Noto Sans CJK SC, Noto Sans SC, serif", "火山", "Times New Roman", "Noto Sans SC"),
    ],
)
def test_fonts(css: str, text: str, latin: str, east_asian: str) -> None:
    available = {"inter", "georgia"}
    assert latin_font(css, available) == latin
    assert east_asian_font(css, text, available) == east_asian


def test_a_turned_box_keeps_its_size_and_turns_about_its_origin() -> None:
    quarter = Transform(a=0, b=1, c=-1, d=0, e=0, f=0, origin_x=0, origin_y=0)
    placement = place(Rect(10, 0, 20, 10), [quarter])
    assert placement.degrees == pytest.approx(90)
    assert placement.rect.center == pytest.approx((-5, 20))
    assert (placement.rect.width, placement.rect.height) == pytest.approx((20, 10))
    half = Transform(a=0.5, b=0, c=0, d=0.5, e=0, f=0, origin_x=0, origin_y=0)
    shrunk = place(Rect(10, 0, 20, 10), [half])
    assert (shrunk.rect, shrunk.scale) == (Rect(5, 0, 10, 5), 0.5)


def test_images_are_fitted_as_object_fit_says() -> None:
    cover = fit_image(BOX, 100, 100, "cover", "50% 50%")
    assert (cover.rect, cover.crop) == (BOX, (0, 0.25, 0, 0.25))
    contain = fit_image(BOX, 100, 100, "contain", "0% 50%")
    assert contain.rect == Rect(0, 0, 200, 200)
    none = fit_image(BOX, 800, 100, "none", "50% 50%")
    assert (none.rect, none.crop) == (Rect(0, 50, 400, 100), (0.25, 0, 0.25, 0))


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.png", "data:image/png;base64,%%%", "data:image/png;base64,AAAA", ""],
)
def test_what_is_no_image_is_no_image(address: str) -> None:
    assert read_image(address) is None


def test_data_addresses_are_decoded() -> None:
    assert decode_data_url("data:image/svg+xml,%3Csvg%2F%3E") == b"<svg/>"
    assert decode_data_url("data:;charset=utf-8;base64,YQ==") == b"a"


def test_lists_are_split_outside_of_parentheses() -> None:
    assert split_top_level("rgb(1, 2), url(a,b) , c") == ["rgb(1, 2)", "url(a,b)", "c"]
