"""How data frames are asked in Python, a row for each library: pandas, polars, pyarrow.

The rows are expressions of `b` (builtins, whose names the user may have taken), `m` (the modules that are loaded), `f`
(the frame), `s` (a column), `p` and `q` (positions).  They change nothing, and warn of nothing: a warning would be seen
in the session.  How they are put together to questions is the subject of `tables`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bipy.value import Value


class Library(Value):
    """How a data frame of one library is asked, as expressions to be filled in by `str.format`.

    `is_one` tells its frames, `shown` is the text that it shows as `mime`.  `columns` gives name, kind and type of each
    column, `index` how many of them name the rows, `column` one of the others and `level` one of those.

    Of a column `s`: `compared` is what is compared, by kind, `compare` a comparison by its sign, with a `moment` of the
    standard library's in the library's own form; `both` joins two, and `holds` is true where a text stands.
    `united` are all positions of the lists `c`, in order.
    `positions` are the rows where such a mask is true and nothing is missing, `order` all rows in order.  `taken` is
    the column at positions `p`, `chosen` the positions `p` at `q`, `listed` a part of `q` as a list.  `rows` are the
    texts of the rows at some positions, a list for each column.  `described` are four things of a column: how many
    cells are missing, how many of the others differ, and the least and the largest as texts.
    """

    title: str
    is_one: str
    mime: str
    shown: str
    index: str
    columns: str
    column: str
    level: str
    compared: Mapping[str, str]
    compare: Mapping[str, str]
    moment: str
    both: str
    holds: str
    positions: str
    united: str
    order: str
    taken: str
    chosen: str
    listed: str
    rows: str
    described: str


_SYMBOLS: Final = {sign: f"({{value}} {sign} {{operand}})" for sign in (">=", "<=", "==", "!=", ">", "<")}
_KIND: Final = "{{'i': 'number', 'u': 'number', 'f': 'number', 'M': 'time'}}.get(t.kind, 'text')"

# The text of any object, without what UTF-8 cannot have.
_TEXT: Final = "b.str(v).encode('utf-8', 'replace').decode()"

_PANDAS_TEXT: Final = (
    "(s.map(lambda v: " + _TEXT + ", na_action='ignore') if s.dtype == b.object "
    "and m['pandas'].api.types.infer_dtype(s) not in ('string', 'empty') else s).astype(b.str)"
)
_PANDAS_DESCRIBED: Final = (
    "(lambda n, s: [n, b.int(s.nunique()), *(b.str(v)[:{longest}] for v in (s.min(), s.max()))])"
    "(b.int(s.isna().sum()), (lambda s: " + _PANDAS_TEXT + " if s.dtype == b.object or b.str(s.dtype) == 'category' "
    "else s)(s.dropna()))"
)
_PANDAS: Final = Library(
    "pandas",
    "'pandas' in m and b.isinstance(f, m['pandas'].DataFrame)",
    "text/html",
    "f._repr_html_()",
    "f.index.nlevels",
    "[['' if n is None else b.str(n), " + _KIND + ", b.str(t)] for n, t in b.zip(f.index.names, "
    "[l.dtype for l in (f.index.levels if f.index.nlevels > 1 else [f.index])])]"
    " + [[' '.join(b.map(b.str, n)) if b.isinstance(n, b.tuple) else b.str(n), " + _KIND + ", b.str(t)]"
    " for n, t in b.zip(f.columns[:{most}], f.dtypes.iloc[:{most}])]",
    "f.iloc[:, {column}]",
    "m['pandas'].Series(f.index.get_level_values({column}))",
    {
        "number": "s",
        "time": "(s if b.getattr(s.dtype, 'tz', None) is None else s.dt.tz_localize(None))",
        "text": _PANDAS_TEXT,
    },
    _SYMBOLS,
    "m['pandas'].Timestamp({moment})",
    "({one} & {other})",
    _PANDAS_TEXT + ".str.contains({text}, case=False, regex=False, na=False)",
    "({mask} & s.notna()).to_numpy().nonzero()[0]",
    "m['numpy'].unique(m['numpy'].concatenate(c))",
    "(lambda t: t.array.argsort(ascending={up}, kind='quicksort' if t.dtype.kind == 'f' else 'stable', "
    "na_position='last'))(" + _PANDAS_TEXT + " if s.dtype == b.object "
    "and m['pandas'].api.types.infer_dtype(s) in ('mixed', 'mixed-integer') else s)",
    "s.iloc[p]",
    "p[q]",
    "q[{start}:{stop}].tolist()",
    "(lambda g: [[b.str(v)[:{longest}] for v in c] for c in [*(g.index.get_level_values(i).array "
    "for i in b.range(g.index.nlevels)), *(g.iloc[:, i].array for i in b.range(b.min({most}, g.shape[1])))]])"
    "(f.iloc[{positions}])",
    _PANDAS_DESCRIBED,
)

_POLARS_TEXT: Final = (
    "(s.cast(m['polars'].String) if s.dtype.is_numeric() or b.str(s.dtype.base_type()) in "
    "('String', 'Boolean', 'Date', 'Datetime', 'Time', 'Categorical', 'Enum') else m['polars'].Series('', "
    "[None if v is None else " + _TEXT + " for v in s], dtype=m['polars'].String))"
)
_POLARS_DESCRIBED: Final = (
    "(lambda s: [s.null_count(), s.drop_nulls().n_unique(), *(b.str(v)[:{longest}] for v in (s.min(), s.max()))])"
    "(s.fill_nan(None) if s.dtype.is_float() else " + _POLARS_TEXT + " if s.dtype.is_nested() "
    "or s.dtype == m['polars'].Object else s)"
)
_POLARS: Final = Library(
    "polars",
    "'polars' in m and b.isinstance(f, m['polars'].DataFrame)",
    "text/html",
    "f._repr_html_()",
    "0",
    "[[n, 'number' if t.is_numeric() else 'time' if b.str(t.base_type()) in ('Date', 'Datetime') else 'text', "
    "b.str(t)] for n, t in b.list(f.schema.items())[:{most}]]",
    "f.to_series({column})",
    "",
    {
        "number": "(s.cast(m['polars'].Float64) if s.dtype.is_decimal() else s)",
        "time": "(s.dt.replace_time_zone(None) if b.getattr(s.dtype, 'time_zone', None) else s)"
        ".cast(m['polars'].Datetime('us'))",
        "text": _POLARS_TEXT,
    },
    _SYMBOLS,
    "{moment}",
    "({one} & {other})",
    _POLARS_TEXT + ".str.to_lowercase().str.contains({lower}, literal=True)",
    "({mask} & (s.is_not_nan() if s.dtype.is_float() else s.is_not_null())).fill_null(False).arg_true()",
    "m['polars'].concat(c).unique().sort()",
    "m['polars'].DataFrame({{'s': (s.fill_nan(None) if s.dtype.is_float() else " + _POLARS_TEXT + " "
    "if s.dtype.is_nested() or s.dtype == m['polars'].Object else s)}}).with_row_index('i')"
    ".sort('s', descending=not {up}, nulls_last=True, maintain_order=True)['i']",
    "s.gather(p)",
    "p.gather(q)",
    "q[{start}:{stop}].to_list()",
    "(lambda g: [[b.str(v)[:{longest}] for v in g.to_series(i).to_list()] for i in b.range(b.min({most}, g.width))])"
    "(f[{positions}])",
    _POLARS_DESCRIBED,
)

_COMPUTE: Final = "__import__('importlib').import_module('pyarrow.compute')"
_ARROW_TEXT: Final = (
    "(" + _COMPUTE + ".cast(s, 'string', safe=False) if m['pyarrow'].types.is_primitive(s.type) or "
    "m['pyarrow'].types.is_string(s.type) or m['pyarrow'].types.is_large_string(s.type) else "
    "m['pyarrow'].chunked_array([[None if v is None else " + _TEXT + " for v in s.to_pylist()]], 'string'))"
)
_ARROW_DESCRIBED: Final = (
    "(lambda c, s: [s.null_count, c.count_distinct(s, mode='only_valid').as_py(), "
    "*(b.str(v.as_py())[:{longest}] for v in c.min_max(s).values())])(" + _COMPUTE + ", (lambda c: "
    "c.if_else(c.is_nan(s), m['pyarrow'].scalar(None, s.type), s) if m['pyarrow'].types.is_floating(s.type) else s "
    "if m['pyarrow'].types.is_primitive(s.type) or m['pyarrow'].types.is_string(s.type) else " + _ARROW_TEXT + ")"
    "(" + _COMPUTE + "))"
)
_FUNCTIONS: Final = {
    ">=": "greater_equal",
    "<=": "less_equal",
    "==": "equal",
    "!=": "not_equal",
    ">": "greater",
    "<": "less",
}
_ARROW: Final = Library(
    "pyarrow",
    "'pyarrow' in m and b.isinstance(f, m['pyarrow'].Table)",
    "text/plain",
    "b.repr(f)",
    "0",
    "[[n, 'number' if y.is_integer(t) or y.is_floating(t) else 'time' if y.is_date(t) or y.is_timestamp(t) "
    "else 'text', b.str(t)] for y in [m['pyarrow'].types] for n, t in b.zip(f.schema.names[:{most}], f.schema.types)]",
    "f.column({column})",
    "",
    {
        "number": "s",
        "time": _COMPUTE + ".cast(" + _COMPUTE + ".local_timestamp(s) if b.getattr(s.type, 'tz', None) else s, "
        "m['pyarrow'].timestamp('us'), safe=False)",
        "text": _ARROW_TEXT,
    },
    {sign: f"{_COMPUTE}.{name}({{value}}, {{operand}})" for sign, name in _FUNCTIONS.items()},
    "m['pyarrow'].scalar({moment}, m['pyarrow'].timestamp('us'))",
    _COMPUTE + ".and_({one}, {other})",
    _COMPUTE + ".match_substring(" + _ARROW_TEXT + ", {text}, ignore_case=True)",
    "(lambda c: c.indices_nonzero(c.and_(c.fill_null({mask}, False), c.is_valid(s) if not "
    "m['pyarrow'].types.is_floating(s.type) else c.invert(c.is_null(s, nan_is_null=True)))))(" + _COMPUTE + ")",
    "(lambda u: u.take(" + _COMPUTE + ".sort_indices(u)))(" + _COMPUTE + ".unique(m['pyarrow'].chunked_array(c)))",
    _COMPUTE + ".sort_indices(" + _ARROW_TEXT + " if m['pyarrow'].types.is_nested(s.type) or "
    "m['pyarrow'].types.is_dictionary(s.type) else s, "
    "sort_keys=[('', 'ascending' if {up} else 'descending')])",
    "s.take(p)",
    "p.take(q)",
    "q[{start}:{stop}].to_pylist()",
    "(lambda g: [[b.str(v)[:{longest}] for v in g.column(i).to_pylist()] "
    "for i in b.range(b.min({most}, g.num_columns))])(f.take({positions}))",
    _ARROW_DESCRIBED,
)

LIBRARIES: Final[Mapping[str, Library]] = {row.title: row for row in (_PANDAS, _POLARS, _ARROW)}
