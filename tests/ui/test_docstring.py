"""Docstrings of all customs, as they are read: headings, lists, fields, examples; and what no docstring may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count, cycle, islice, pairwise
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.ui.text import docstring, rows
from bipy.ui.text.docstring import BLANK, BOX, PAGE, Line, lines, wrapped
from bipy.ui.text.docstring.cursor import LONGEST
from bipy.ui.text.docstring.inline import inline
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row

LETTERS = {"pager": ".", "pager.heading": "H", "pager.code": "`", "prompt.in": ">"}


def text_of(row: Row) -> str:
    return "".join(text for _, text in row)


def read(docstring: str, columns: int = 72) -> list[str]:
    """The rows of a docstring as they stand on the screen."""
    shown = lines(dedent(docstring).strip("\n"), PAGE)
    return [text_of(row).rstrip() for line in shown for row in wrapped(line, columns)]


def page(docstring: str) -> str:
    return dedent(docstring).strip("\n")


def marked(docstring: str) -> list[tuple[str, str]]:
    """(role, text) of what is not plain text."""
    found = lines(dedent(docstring).strip("\n"), PAGE, Highlighter("ipython3"))
    return [run for line in found for run in line.row if run[0] != "pager"]


NUMPY = """
    Return evenly spaced numbers over a specified interval.

    Returns `num` evenly spaced samples, calculated over the
    interval [`start`, `stop`].

    .. versionchanged:: 1.20.0
        Values are rounded towards ``-inf`` instead of ``0`` when an
        integer ``dtype`` is specified.

    Parameters
    ----------
    start : array_like
        The starting value of the sequence.
    *args, **kwargs
        Passed on to :func:`numpy.arange`.
    endpoint : bool, optional
        If True, `stop` is the last sample. Otherwise, it is not included.
        Default is True.

    Returns
    -------
    ndarray
        There are `num` equally spaced samples in the closed interval.

    See Also
    --------
    arange : Similar to `linspace`, but uses a step size (instead of the
             number of samples).

    Examples
    --------
    >>> np.linspace(2.0, 3.0, num=5)
    array([2.  , 2.25, 2.5 , 2.75, 3.  ])
    """


def test_numpy() -> None:
    assert read(NUMPY) == page(
        """
        Return evenly spaced numbers over a specified interval.

        Returns num evenly spaced samples, calculated over the interval [start,
        stop].

        Changed in version 1.20.0
            Values are rounded towards -inf instead of 0 when an integer dtype
            is specified.

        Parameters
        start : array_like
            The starting value of the sequence.
        *args, **kwargs
            Passed on to numpy.arange.
        endpoint : bool, optional
            If True, stop is the last sample. Otherwise, it is not included.
            Default is True.

        Returns
        ndarray
            There are num equally spaced samples in the closed interval.

        See Also
        arange : Similar to linspace, but uses a step size (instead of the
                 number of samples).

        Examples
        >>> np.linspace(2.0, 3.0, num=5)
        array([2.  , 2.25, 2.5 , 2.75, 3.  ])
        """
    ).split("\n")


def test_numpy_in_roles() -> None:
    found = marked(NUMPY)
    headings = [text for role, text in found if role == "pager.heading"]
    assert headings == ["Changed in version 1.20.0", "Parameters", "Returns", "See Also", "Examples"]
    names = [text for role, text in found if role == "pager.code"]
    assert names[names.index("start", 2) :] == [
        *("start", "*args, **kwargs", "numpy.arange", "endpoint", "stop", "ndarray", "num", "arange", "linspace")
    ]
    example = found[found.index(("prompt.in", ">>> ")) :]
    assert ("code.number", "2.0") in example
    assert not any("array([" in text for _, text in example), "what was printed is no code"


def test_google() -> None:
    docstring = """
        Fetches rows from a Smalltable.

        Args:
            table_handle: An open smalltable.Table instance, of which it is not asked
                whether anybody else reads it.
            keys (Sequence[bytes | str]): A sequence of strings representing the key of
                each table row to fetch.

                String keys will be UTF-8 encoded.
            **options: Passed on.

        Returns:
            dict[str, int]: A dict mapping keys to the corresponding table row data
            fetched.

        Raises:
            IOError: An error occurred accessing the smalltable.

        Example:
            >>> fetch(table, ["a"])
            {'a': 1}
        """
    assert read(docstring) == page(
        """
        Fetches rows from a Smalltable.

        Args
            table_handle: An open smalltable.Table instance, of which it is not
                asked whether anybody else reads it.
            keys (Sequence[bytes | str]): A sequence of strings representing the
                key of each table row to fetch.

                String keys will be UTF-8 encoded.
            **options: Passed on.

        Returns
            dict[str, int]: A dict mapping keys to the corresponding table row
                data fetched.

        Raises
            IOError: An error occurred accessing the smalltable.

        Example
            >>> fetch(table, ["a"])
            {'a': 1}
        """
    ).split("\n")
    names = [text for role, text in marked(docstring) if role == "pager.code"]
    assert names == ["table_handle", "keys", "**options", "dict[str, int]", "IOError"]


def test_r() -> None:
    docstring = """
        Arguments:

               x: An R object.

            trim: the fraction (0 to 0.5) of observations to be trimmed from each
                  end of 'x' before the mean is computed.

        Value:

             If 'trim' is zero (the default), the arithmetic mean is computed.
        """
    assert read(docstring) == page(
        """
        Arguments
               x: An R object.

            trim: the fraction (0 to 0.5) of observations to be trimmed from
                  each end of 'x' before the mean is computed.

        Value:

             If 'trim' is zero (the default), the arithmetic mean is computed.
        """
    ).split("\n")
    assert [text for role, text in marked(docstring) if role == "pager.code"] == ["x", "trim"]


def test_fields_become_sections_and_types_go_to_what_they_are_the_type_of() -> None:
    docstring = """
        Constructs and sends a :class:`Request <Request>`.

        :param method: method for the new :class:`~requests.models.Request` object:
            ``GET`` or ``POST``.
        :param str url: URL for the new request.
        :type method: str or bytes
        :type other: int
        :return: :class:`!Response` object
        :rtype: requests.Response
        :raises ValueError: if the URL is none
        :Author: nobody
        """
    assert read(docstring) == page(
        """
        Constructs and sends a Request.

        Parameters
            method (str or bytes): method for the new Request object: GET or
                POST.
            url (str): URL for the new request.
            other: int

        Returns
            requests.Response: Response object

        Raises
            ValueError: if the URL is none
        Author: nobody
        """
    ).split("\n")


def test_epydoc() -> None:
    docstring = "Do.\n\n@param x: the thing\n@return: nothing\n@rtype: None"
    assert read(docstring) == ["Do.", "", "Parameters", "    x: the thing", "", "Returns", "    None: nothing"]


def test_lists() -> None:
    docstring = """
        There are:

        * one thing that is said in so many words that they do not fit into a line of
          a docstring,
        - **another** thing:

          1. first
          2. second, which *also* goes on for so long that there was no room for it in
             one line
        """
    assert read(docstring, 60) == page(
        """
        There are:

        • one thing that is said in so many words that they do not
          fit into a line of a docstring,
        • another thing:

          1. first
          2. second, which also goes on for so long that there was
             no room for it in one line
        """
    ).split("\n")


def test_definitions_and_the_code_below_them() -> None:
    docstring = """
        sep
          string inserted between values, default a space.
        end : str
          string appended after the last value.
        """
    assert read(docstring) == page(docstring).split("\n")
    assert marked(docstring) == [("pager.code", "sep"), ("pager.code", "end")]


def test_directives() -> None:
    docstring = """
        .. note:: Mind the gap, which
           is wide.
        .. warning::

            It bites.
        .. deprecated:: 1.2 Use `other`.
        .. versionadded:: 3.7
        .. rubric:: Footnotes
        .. [1] Knuth: The Art.
        .. _anchor:
        .. autofunction:: bipy.run
        .. code-block:: python
           :linenos:

           import this
        """
    assert read(docstring) == page(
        """
        Note: Mind the gap, which
           is wide.
        Warning

            It bites.
        Deprecated since 1.2: Use other.
        New in version 3.7
        Footnotes
        [1] Knuth: The Art.
        Autofunction: bipy.run

           import this
        """
    ).split("\n")


def test_directives_as_people_write_them() -> None:
    docstring = """
        ..  versionadded:: 16.0.0 *dict_factory*
        .. versionchanged: 4.5
        .. deprecated::5
        .. [Knuth]
           The Art.
        .. math :: a < b
        .. _Array API: https://data-apis.org
        .. ACCEPTS: float
        .. list-table ::
           :header-rows: 1

           * - inner
             - Returns rows.
        .. list-table:: Priorities

           * - 1
        !!! note "Mind"
            The gap.
        ??? info
            More.
        """
    assert read(docstring) == page(
        """
        New in version 16.0.0: dict_factory
        Changed in version 4.5
        Deprecated since 5
        [Knuth]
           The Art.
            a < b
        Array API: https://data-apis.org
        .. ACCEPTS: float

           \u2022 - inner
             \u2022 Returns rows.
        Priorities

           \u2022 - 1
        Mind
            The gap.
        Info
            More.
        """
    ).split("\n")


def test_markdown() -> None:
    docstring = """
        See [the `docs`](https://x.org/a) and x[0](1).

        ## Example

        ```python {lint="skip"}
        import this
        ```
        """
    assert read(docstring) == ["See the docs <https://x.org/a> and x[0](1).", "", "Example", "import this"]
    assert ("pager.heading", "Example") in marked(docstring)
    assert ("code.keyword", "import") in marked(docstring)


def test_the_text_of_a_field_goes_on_below_it() -> None:
    docstring = """
        :raise `ValueError`: if the string does not appear to be valid, which it is if
                             it is not.
        :param x: one

            * of a list

            >>> f(x)

        :type x: :class:`int`
        Then.
        """
    assert read(docstring) == page(
        """
        Raises
            ValueError: if the string does not appear to be valid, which it is
                if it is not.

        Parameters
            x (int): one

                \u2022 of a list

                >>> f(x)

        Then.
        """
    ).split("\n")


def test_of_code_each_line_keeps_its_place() -> None:
    docstring = "So::\n\n            -1\n    1 + z\n  --------\n\n    2\n\nThen."
    assert read(docstring) == docstring.replace("::", ":").split("\n")


def test_code_in_a_list_ends_where_the_item_goes_on() -> None:
    docstring = """
        - Several groups::

          >>> plot(x)

          In this case, any *keyword* argument
          applies.

        - So::

            import this
        """
    assert read(docstring) == page(
        """
        \u2022 Several groups:

          >>> plot(x)

          In this case, any keyword argument
          applies.

        \u2022 So:

            import this
        """
    ).split("\n")


def test_far_to_the_right_rows_hang_as_they_did() -> None:
    line = Line((("pager", "some words that wrap"),), 40, 40)
    assert [text_of(row) for row in wrapped(line, 20)] == ["     some words that", "     wrap"]


@pytest.mark.parametrize(
    ("docstring", "code"),
    [
        ("An example::\n\n    for x in y: pass", "for"),
        ("::\n\n  %timeit x", "%timeit"),
        ("Initialized as if via:\n    d = {}\n    for k, v in it:\n        d[k] = v", "for"),
        ("Thus:\n\n    import this", "import"),
        (".. code::\n\n   import this", "import"),
        ("```python\nimport this\n```", "import"),
        ("- so::\n\n    import this", "import"),
        (">>> import this", "import"),
        ("In [1]: import this", "import"),
        (">>> if x:\n...     import this", "import"),
        ("In [2]: if x:\n   ...:     import this", "import"),
        (".. code-block:: pycon\n\n    >>> import this", "import"),
    ],
)
def test_code_is_coloured(docstring: str, code: str) -> None:
    assert any(text == code and role in ("code.keyword", "code.magic") for role, text in marked(docstring))


@pytest.mark.parametrize(
    ("docstring"),
    [
        "Two kinds:\n\n    for the rich, and\n    for the poor",
        "He said:\n    with it (all of it) you can go.",
        ".. code-block:: rust\n\n    for x in y {}",
        "import of goods",
    ],
)
def test_what_is_no_code_of_the_kernel_is_not_coloured(docstring: str) -> None:
    assert not any(str(role).startswith("code.") for role, _ in marked(docstring))


def test_code_has_one_colour_without_a_highlighter() -> None:
    roles = {role for line in lines("So::\n\n    for x in y: pass\n\n>>> f()\n1", BOX) for role, _ in line.row}
    assert roles == {"box.docs", "box.docs.code"}


def test_lines_that_were_broken_for_their_length_are_joined_and_no_others() -> None:
    docstring = """
        max(iterable, *[, default=obj, key=func]) -> value
        max(arg1, arg2, *args, *[, key=func]) -> value

        With a single iterable argument, return its biggest item. The
        default keyword-only argument specifies an object to return if
        the provided iterable is empty.
        With two or more arguments, return the largest argument.

        name     price
        apple    1
        """
    assert read(docstring, 200) == page(
        """
        max(iterable, *[, default=obj, key=func]) -> value
        max(arg1, arg2, *args, *[, key=func]) -> value

        With a single iterable argument, return its biggest item. The default keyword-only argument specifies an object\
 to return if the provided iterable is empty.
        With two or more arguments, return the largest argument.

        name     price
        apple    1
        """
    ).split("\n")


def test_tables_lose_the_marks_in_them_and_stay_in_columns() -> None:
    docstring = """
        =====  =======================  =====
        Mode   Meaning                  Safe?
        =====  =======================  =====
        'r'    open for reading `only`  yes
        ``w``  open for :func:`write`,  *no*
               for :term:`~x.all` of it

        something over two columns
        =====  =======================  =====

        +-----------+---+
        | ``a``     | b |
        | spans `c` and d
        +-----------+---+
        """
    assert read(docstring) == page(
        """
        ====  =====================  =====
        Mode  Meaning                Safe?
        ====  =====================  =====
        'r'   open for reading only  yes
        w     open for write,        no
              for all of it

        something over two columns
        ====  =====================  =====

        +-----------+---+
        | a         | b |
        | spans c and d
        +-----------+---+
        """
    ).split("\n")
    narrow = read("===== ===========\n``x`` in several words\n===== ===========", 12)
    assert narrow[1:3] == ["x in several", "  words"]
    names = [text for role, text in marked(docstring) if role == "pager.code"]
    assert names == ["only", "w", "write", "no", "all", "a", "c"]


def test_a_table_ends_with_its_rule_or_else_with_a_blank_line() -> None:
    docstring = "==  ==\naa  bb\n\nA *word*  and\nmore\n\n==  ==\ncc  dd\n==  =="
    assert read(docstring) == docstring.replace("*", "").split("\n")


def test_lines_that_were_broken_early_are_joined_amid_a_sentence() -> None:
    text = """
        Specify a defaultdict as input where the default determines the dtype
        of the columns which are not explicitly
        listed.
        Use it with
        care, or see :ref:`The
        Tutorial <tutorial>`.
        """
    assert read(text, 200) == [
        "Specify a defaultdict as input where the default determines the dtype of the columns which are not explicitly"
        " listed.",
        "Use it with care, or see The Tutorial.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "agg_filter: a filter function, which takes an array and a dpi value\nalpha: float or None\nurl: str",
        "move (optional) -- whether the pen is moved to the end of the text\nalign (optional) -- left, center or right",
        "sum - the sum of the values of an array, optionally at those labels\nmean - their mean\nmedian\nother_names",
        "'r:gz'      open for reading, with gzip compression of all of it\n'r:bz2'     open for reading, too",
        "| BoolOp(boolop op, expr* values, and more of them up to the end)\n| NamedExpr(expr target)",
        "\u2502 a table that is drawn, and has a row that is as long as this \u2502\n\u2502 one \u2502",
    ],
)
def test_lists_without_marks_are_not_joined(text: str) -> None:
    assert read(text) == text.split("\n")


def test_what_stands_in_a_column_wraps_below_itself() -> None:
    docstring = "  --verbose    say what is being done, and why, and for how long"
    assert read("Options:\n" + docstring, 46) == page(
        """
        Options:
          --verbose    say what is being done, and
                       why, and for how long
        """
    ).split("\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("``a*b*`` and `x`", "a*b* and x"),
        ("*args and **kwargs", "*args and **kwargs"),
        ("a * b * c, 2**3, x*y", "a * b * c, 2**3, x*y"),
        ("*never* (**really**), :ref:`~a.b`", "never (really), b"),
        (":py:meth:`title <x.y>`", "title"),
        ("`PEP 8 <https://peps.python.org/pep-0008>`_", "PEP 8 <https://peps.python.org/pep-0008>"),
        ("see [1]_ and `name`_", "see [1] and name"),
        (r"\*args, \_x", "*args, _x"),
        ("``quoted'' and `foo' and 'bar'", "``quoted'' and `foo' and 'bar'"),
        ("`` ` ``", " ` "),
        ("snake_case_ and _x", "snake_case_ and _x"),
        ("less than 2\\ :sup:`64`, x :sub:`i`", "less than 2^64, x _i"),
        (r"the *i*\ th of `dtype`\ s", "the ith of dtypes"),
        ("`~a.b.C`, :class:`.C`, `.C`, `~/c`", "C, C, .C, ~/c"),
        (":external+np:py:meth:`x`", "x"),
        ("", ""),
    ],
)
def test_inline_markup(text: str, shown: str) -> None:
    assert text_of(inline(text, PAGE)) == shown


def test_inline_roles() -> None:
    assert inline("use **only** ``x`` or *y*", PAGE) == (
        ("pager", "use "),
        ("pager.heading", "only"),
        ("pager", " "),
        ("pager.code", "x"),
        ("pager", " or "),
        ("pager.code", "y"),
    )


def test_further_rows_are_indented_less_where_there_is_no_room() -> None:
    line = Line((("pager", "some words that wrap"),), 8, 12)
    assert [text_of(row) for row in wrapped(line, 12)] == ["   some ", "    words ", "    that ", "    wrap"]
    assert [text_of(row) for row in wrapped(line, 1)] == list("somewordsthatwrap")


def test_words_of_several_roles_stay_together() -> None:
    line = next(lines("Give ``start``, which counts, and ``stop``.", PAGE))
    assert [text_of(row) for row in wrapped(line, 12)] == ["Give start, ", "which ", "counts, and ", "stop."]


def test_what_is_said_to_doctest_is_left_out() -> None:
    assert read(">>> f(x)  # doctest: +SKIP\n1") == [">>> f(x)", "1"]
    assert read(">>> f(x)  #doctest: +ELLIPSIS\n1") == [">>> f(x)", "1"]


def test_wide_characters_wrap_whole() -> None:
    line = Line((("pager", "日本語 の 説明"),), 0, 2)
    assert [text_of(row) for row in wrapped(line, 7)] == ["日本語 ", "  の ", "  説明"]


@pytest.mark.parametrize(
    "block",
    [
        *("- a", ":param x: y", "a::\n\n b", "::\n\n b\n", " b", "some prose of several words", "x\n---", ">>> x"),
        *("Args:\n  a: b", "=== ===", "| a", ".. note::\n   a", ".. code::\n\n  a", "```\na"),
    ],
)
def test_only_what_is_looked_at_is_read(block: str) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        for line in islice(cycle(block.split("\n")), 100_000):
            taken += 1
            yield line

    found = docstring.read(chain(["A:", " "], endless()), PAGE, Highlighter("python"))
    assert all(wrapped(line, 40) for line in islice(found, 50))
    # No more than a paragraph, which may be of very short lines.
    assert taken < LONGEST


def test_a_line_of_any_length_is_read_in_pieces() -> None:
    for text in ("a ", "``a ", "a", "\t", "*a"):
        found = list(islice(lines("x" + text * 100_000, PAGE), 5))
        assert all(len(text_of(line.row)) <= LONGEST for line in found)


# What holds for any text

WORDS = ("alpha", "beta", "gamma", "delta", "Epsilon", "zeta_eta", "theta9", "Iota", "kappa", "Mu", "日本", "naïve")
MARKS = """
- |* |1. |:param x: |:type x: |:rtype: |.. note:: |.. |>>> |... |In [1]: |.. code::|Args:|Returns:|Parameters|----------
=====|::|``` |+---+|**|*|`|``|x : |x: |@return: |:a b: |.. [1] |== ==|:raises x: |.. deprecated:: 1 ||
""".strip().replace("\n", "|")
LINES = st.builds(
    lambda indent, mark, words, tail: " " * indent + mark + " ".join(words) + tail,
    st.sampled_from([0, 0, 0, 2, 4, 8]),
    st.sampled_from(MARKS.split("|")),
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.sampled_from(["", "", ":", "::", "``", ".", "*"]),
)


@settings(max_examples=100)
@given(st.lists(LINES | st.just(""), max_size=25), st.integers(1, 60))
def test_no_word_outside_markup_is_lost(text: list[str], columns: int) -> None:
    number = count()
    docstring = re.sub("|".join(WORDS), lambda match: f"{match[0]}{next(number)}z", "\n".join(text))
    found = list(lines(docstring, PAGE, Highlighter("python")))
    shown = " ".join(text_of(line.row) for line in found)
    for word in re.findall(rf"(?:{'|'.join(WORDS)})\d+z", docstring):
        assert word.lower() in shown.lower()
    assert all(one != BLANK or other != BLANK for one, other in pairwise(found))
    assert not found or (found[0].row and found[-1].row)
    for line in found:
        whole = "".join(text_of(row) for row in wrapped(line, columns))
        assert "".join(whole.split()) == "".join(text_of(line.row).split()) or columns < 2 or line.rule
        assert all(rows.row_width(row) <= columns for row in wrapped(line, columns))


@settings(max_examples=100)
@given(st.text(st.characters() | st.sampled_from(list("`*:.-=>~[]()_\\|+#@ \n\t")), max_size=300), st.integers(1, 50))
def test_any_text_can_be_read(text: str, columns: int) -> None:
    for face, highlighter in ((BOX, None), (PAGE, Highlighter("python"))):
        for line in lines(text, face, highlighter):
            assert line == BLANK or line.row
            for row in wrapped(line, columns):
                assert rows.row_width(row) <= columns
                assert all(rows.printable(piece) == piece for _, piece in row)
