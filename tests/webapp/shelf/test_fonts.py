from webapp.shelf.fonts import font_links


def test_the_families_of_a_list_are_linked_once_each() -> None:
    links = font_links("'Playfair Display', Georgia, serif", 'Inter, "Inter", system-ui', "Poppins")
    addresses = [part.split('"')[3] for part in links.split("<")[1:]]
    assert [one.rpartition("/")[2] for one in addresses] == [
        "playfair-display.css",
        "inter.css",
        "as-poppins.css",
    ]


def test_generic_families_need_no_font() -> None:
    assert font_links("serif", "system-ui, -apple-system, sans-serif", "") == ""
