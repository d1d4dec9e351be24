"""Every kind of finding there is."""

from enum import StrEnum


class FindingCode(StrEnum):
    """What is wrong. Texts for people are made by the rule that finds it."""

    # Anything at all.
    NEVER_ENDS = "never_ends"
    CRASHED = "crashed"
    BLANK = "blank"
    CONSOLE_ERROR = "console_error"
    UNCAUGHT_ERROR = "uncaught_error"
    UNHANDLED_REJECTION = "unhandled_rejection"
    UNKNOWN_ADDRESS = "unknown_address"
    MISSING_LIBRARY_FILE = "missing_library_file"
    # Laid-out things.
    OUTSIDE_PAGE = "outside_page"
    OUTSIDE_VIEW_BOX = "outside_view_box"
    TEXT_CLIPPED = "text_clipped"
    TEXT_COVERED = "text_covered"
    TEXT_OVERLAP = "text_overlap"
    LOW_CONTRAST = "low_contrast"
    SMALL_TEXT = "small_text"
    MISSING_IMAGE = "missing_image"
    MISSING_FONT = "missing_font"
    PLACEHOLDER = "placeholder"
    # How laid-out things look: advice, never more than a warning.
    MANY_SIZES = "many_sizes"
    MANY_COLORS = "many_colors"
    NEARLY_ALIGNED = "nearly_aligned"
    EMPTY_AREA = "empty_area"
    SAME_LAYOUT = "same_layout"
    # Things that move.
    BLANK_CANVAS = "blank_canvas"
    NO_REACTION = "no_reaction"
    SLOW = "slow"
