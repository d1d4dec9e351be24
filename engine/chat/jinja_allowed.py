"""The filters and methods that chat templates are written with: the only ones in their sandbox.

Of the others many are a way to a huge text in one call (`center`, `ljust`, `format`, `to_bytes`).
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILTERS = _words(
    "abs attr capitalize count d default dictsort e escape first float groupby int items last "
    "length list lower map max min reject rejectattr reverse round safe select selectattr sort "
    "title trim truncate unique upper wordcount"
)
METHODS: dict[type, frozenset[str]] = {
    str: _words(
        "capitalize count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric "
        "isspace isupper join lower lstrip partition removeprefix removesuffix replace rfind "
        "rindex rpartition rsplit rstrip split splitlines startswith strip title upper"
    ),
    dict: _words("get items keys values"),
    list: _words("count index"),
    tuple: _words("count index"),
    int: _words(""),
    float: _words(""),
    bool: _words(""),
    bytes: _words(""),
}
