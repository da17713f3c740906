"""Record what libraries display: the cells of a script, and all that the kernel says of them.

    python -m tests.recordings.record_outputs "PYTHON -m ipykernel_launcher -f {connection_file}" pandas

writes ``outputs/pandas.jsonl``, a message a line as in `record`, with ids that are the same each time.  What makes a
recording long and says nothing (the styles of widgets, keys that are null) is left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from bipy.messaging import message
from tests.recordings.record import Recorder
from tests.recordings.replay import FOLDER

# In the place of the folder of the environment that the kernel is of.
ENVIRONMENT = "/home/me/env"
# In the place of the folder of Python itself.
PYTHON = "/usr/local"

SCRIPTS: dict[str, list[str]] = {
    "errors": [
        "import pandas as pd\nd = pd.DataFrame({'a': [1]})\ndef column(name):\n    return d[name]",
        "column('b')",
        "%xmode Plain",
        "column('b')",
        "%xmode Verbose",
        "column('b')",
        "%xmode Context\ndef down(n):\n    return down(n - 1) if n else int('x')",
        "down(20)",
        "pd.DataFrame([]).a\n",
        "import json\nraise ExceptionGroup('several', [ValueError(1), KeyError('k')])",
        "def f(:",
    ],
    "groups": [
        "import json, warnings, traceback\ndef read(text):\n    return json.loads(text)\n"
        "def gather(*texts):\n    errors = []\n    for text in texts:\n        try:\n            read(text)\n"
        "        except ValueError as error:\n            errors.append(error)\n"
        "    raise ExceptionGroup('several', errors)",
        "gather('{', 'x')",
        "try:\n    gather('[')\nexcept* ValueError as found:\n"
        "    error = KeyError('k'); error.add_note('a note\\nof two lines')\n"
        "    raise ExceptionGroup('outer', [found, error]) from OSError('why')",
        "def parse():\n    try:\n        compile('f(:', '<string>', 'exec')\n    except SyntaxError as error:\n"
        "        try:\n            {}['a']\n        except KeyError as other:\n"
        "            raise ExceptionGroup('syntax', [error, other])\nparse()",
        "import asyncio\nasync def fail(n):\n    await asyncio.sleep(0)\n    raise ValueError(n)\n"
        "async with asyncio.TaskGroup() as tasks:\n    tasks.create_task(fail(1))\n    tasks.create_task(fail(2))",
        "try:\n    read('{')\nexcept ValueError:\n    traceback.print_exc()",
        "warnings.warn('old', DeprecationWarning)",
        "try:\n    read('{')\nexcept ValueError as error:\n    error.add_note('noted'); raise KeyError('a')",
        "exec('1/0')",
        "import importlib\nimportlib.import_module('no_such_module')",
        "%xmode Plain",
        "gather('{')",
        "%xmode Minimal",
        "gather('{')",
        "read('{')",
    ],
    "pandas": [
        "import numpy as np, pandas as pd\n"
        "d = pd.DataFrame({'city': ['Oslo', 'Rome', None], 'n': [1, 20, 300], 'x': [0.5, -1.25, np.nan]}); d",
        "pd.DataFrame(np.arange(3000).reshape(100, 30))",
        "d.set_index(['city', 'n'])",
        "pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_product([['a'], ['min', 'max']]))",
        "d['n']",
        "d.style.format(precision=1).highlight_max(subset=['n'], color='red').set_caption('A caption')",
        "d.describe()",
    ],
    "polars": [
        "import polars as pl\n"
        "structs = [{'a': 1, 'b': 'x'}, {'a': 2, 'b': None}]\n"
        "pl.DataFrame({'n': [1, 2], 'l': [[1, 2], [3]], 's': structs, 't': ['x', 'y']})",
        "pl.DataFrame({f'c{n}': range(50) for n in range(20)})",
        "pl.Series('s', [1.5, None])",
        "pl.DataFrame({'n': [1]}).lazy()",
    ],
    "sympy": [
        "from sympy import *\nx, y = symbols('x y'); init_printing(use_latex='mathjax')\n"
        "Integral(exp(-x**2), (x, -oo, oo))",
        "Matrix([[1, x], [y, x/y]])",
        "Eq(Sum(1/x**2, (x, 1, oo)), pi**2/6)",
        "init_printing(use_latex=False, use_unicode=True); sqrt(x)/(1 + y)",
    ],
    "matplotlib": [
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 40",
        "plt.figure(figsize=(3, 2)); plt.plot([1, 3, 2]); plt.show()",
        "%config InlineBackend.figure_formats = ['svg']\n"
        "plt.figure(figsize=(2, 1)); plt.bar(['a', 'b'], [1, 2]); plt.show()",
        "fig, ax = plt.subplots(figsize=(2, 1)); ax.set_title('kept'); plt.close(fig); ax",
    ],
    "rich": [
        "from rich.table import Table\nfrom rich.tree import Tree\nfrom rich import print\nimport time\n"
        "t = Table(title='A table'); t.add_column('name')\n"
        "t.add_column('n', justify='right'); t.add_row('one', '1'); print(t)",
        "tree = Tree('root'); tree.add('[red]leaf'); tree",
        "print('[bold]bold[/] [link=https://example.org]a link[/]', {'a': [1, 2]})",
        "from rich.progress import Progress\n"
        "with Progress() as p:\n    for job in (p.add_task('one', total=2), p.add_task('two', total=4)):\n"
        "        p.advance(job); print('between'); time.sleep(0.2)",
        "from rich.live import Live\nwith Live('a', refresh_per_second=50) as live:\n"
        "    live.update('b'); live.console.print('above'); time.sleep(0.2)",
        "from rich.panel import Panel\nPanel('in a panel', width=30)",
    ],
    "ipywidgets": [
        "from ipywidgets import *\nfrom IPython.display import display\n"
        "s = IntSlider(value=3, max=10, description='n'); HBox([s, Label('beside'), Checkbox(True, description='on')])",
        "s.value = 7",
        "def f(n):\n    print('n is', n)\n    return n * 2\ni = interactive(f, n=(0, 4)); i",
        "i.children[0].value = 4",
        "Tab([Text('a'), Dropdown(options=['u', 'v'])], titles=['one', 'two'])",
        "b = FloatProgress(0.25, max=1.0, description='Load'); VBox([b, Output()])",
        "b.value = 1.0; b.bar_style = 'danger'",
    ],
    "r": [
        "head(mtcars, 3)",
        "options(repr.matrix.max.rows = 6, repr.matrix.max.cols = 6); as.data.frame(matrix(1:400, 20))",
        "library(tibble); tibble(a = 1:2, b = c('x', NA), l = list(1, 2:3), d = as.Date('2024-01-01') + 0:1)",
        "matrix(1:6, 2)",
        "options(repr.plot.width = 3, repr.plot.height = 2, repr.plot.res = 40); plot(c(1, 3, 2), type = 'l')",
        "options(jupyter.plot_mimetypes = 'image/svg+xml'); barplot(c(a = 1, b = 2))",
        "list(a = 1, b = 'x')",
        "factor(c('u', 'v'))",
        "table(c('u', 'v', 'u'))",
        "summary(lm(mpg ~ wt, mtcars))",
        "bar <- txtProgressBar(max = 3, style = 3); for (i in 1:3) setTxtProgressBar(bar, i); close(bar)",
        "warning('careful'); 1",
        "f <- function(x) stop('deep'); f(1)",
    ],
}


def record(command: str, name: str) -> None:
    """Play the script of a name against the kernel that `command` starts."""
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(command, "signal", Path(folder))
        try:
            for _ in range(60):
                recorder.send(message.kernel_info_request())
                if list(recorder.events(1)) and recorder.client.info is not None:
                    break
            recorder.lines.clear()
            for code in SCRIPTS[name]:
                recorder.ask(message.execute_request(code))
                list(recorder.events(1))
        finally:
            recorder.close()
        told = [line for line in recorder.lines if line["direction"] == "in" and _says(line)]
        texts = _named([json.dumps(_short(line), ensure_ascii=False).replace(folder, "/env") for line in told])
    (FOLDER / "outputs" / f"{name}.jsonl").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def _says(line: dict[str, Any]) -> bool:
    """Whether a message says something of a cell."""
    if line["parent_header"].get("msg_type") not in ("execute_request", "comm_msg"):
        return False
    state = line["content"].get("data", {}).get("state", {}) if line["header"]["msg_type"] == "comm_open" else {}
    return not str(state.get("_model_name", "")).endswith("StyleModel")


def _short(line: dict[str, Any]) -> dict[str, Any]:
    content = line["content"]
    if line["header"]["msg_type"] == "comm_open":
        state = content["data"]["state"]
        content["data"]["state"] = {key: value for key, value in state.items() if value is not None}
    parent = {key: line["parent_header"][key] for key in ("msg_id", "msg_type")}
    header = {"msg_type": line["header"]["msg_type"]}
    return {"channel": line["channel"], "header": header, "parent_header": parent, "content": content}


def _named(texts: list[str]) -> list[str]:
    """Ids that are as good as any: requests are exec1, exec2, and models are c1, c2, in the order of the messages."""
    texts = [text.replace(sys.prefix, ENVIRONMENT).replace(sys.base_prefix, PYTHON) for text in texts]
    names: dict[str, str] = {}
    for text in texts:
        for found in re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", text):
            names.setdefault(found, f"c{len(names) + 1}")
    requests = dict.fromkeys(json.loads(text)["parent_header"]["msg_id"] for text in texts)
    names |= {request: f"exec{number}" for number, request in enumerate(requests, 1)}
    for old in sorted(names, key=len, reverse=True):
        texts = [text.replace(old, names[old]) for text in texts]
    return texts


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.recordings.record_outputs", description=__doc__)
    parser.add_argument("kernel", help="the command that starts the kernel, with {connection_file}")
    parser.add_argument("script", choices=sorted(SCRIPTS))
    arguments = parser.parse_args()
    record(arguments.kernel, arguments.script)


if __name__ == "__main__":
    main()
