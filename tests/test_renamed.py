"""Which file a row of a workbook is of, where its folders were renamed since."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docfill.members import ARROW
from docfill.tables.revised import Files
from tests.test_growth import MOST, calls, growth

_WORDS = st.sampled_from(["甲", "乙", "/", "\\", ARROW, "信.eml"])
_PIECES = st.lists(_WORDS, min_size=1, max_size=7).map("".join)


@given(st.lists(_PIECES, max_size=6, unique=True), _PIECES)
def test_a_row_is_of_the_file_whose_name_goes_on_with_it_or_it_with_that(names: list[str], source: str) -> None:
    """As one that looks at all names, for each row anew, finds it; that took a minute for some thousands."""
    ends, path = tuple(f"{before}{source}" for before in ("/", ARROW)), "/" + source.replace("\\", "/")
    meant = [name for name in names if name.endswith(ends) or path.endswith(f"/{name}")]
    wanted = meant[0] if len(meant) == 1 and source not in names else source
    assert Files(names).meant(source) == wanted


def test_the_files_of_rows_are_found_without_going_through_all_for_each() -> None:
    def works(n: int) -> int:
        names = [f"交回/{i}/表.docx" for i in range(n)]
        known = Files(names)
        return calls(lambda: [known.meant(f"旧/{name}") for name in names])

    assert growth(works, 200) <= MOST
