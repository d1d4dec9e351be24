import re

from webapp.shelf.catalog import read_catalog
from webapp.shelf.files import library_file
from webapp.shelf.prompt import library_prompt


def test_every_address_that_the_model_is_told_exists() -> None:
    addresses = re.findall(r"/lib/[\w./-]*\w", library_prompt())
    assert len(addresses) > len(read_catalog().libraries)
    assert [one for one in addresses if library_file(one) is None] == []


def test_the_prompt_names_all_in_few_words() -> None:
    text = library_prompt()
    missing = [one.name for one in read_catalog().libraries if one.name not in text]
    missing += [one.family for one in read_catalog().fonts if one.family not in text]
    assert missing == []
    assert len(text) < 3_000
