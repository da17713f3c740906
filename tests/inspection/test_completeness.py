"""Whether a text can run as it stands, in each language: `+` in front of a text says that it goes on."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.inspection import shell
from bipy.inspection.completeness import completeness


def texts(table: str) -> list[str]:
    """The texts of a table; \\n is a line break in one, and two backslashes are one."""
    found = [text for row in table.strip().split("\n") for text in row.split(" ¦ ")]
    return [re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text) for text in found]


# What IPython is asked too.
PYTHON = texts(
    r"""
x ¦ x = 1 ¦ x; ¦ x = ¦ f( ¦ f(1,\n2) ¦ x = [ ¦ {'a': ¦ '''a ¦ '''a\n ¦ '''a''' ¦ 'a ¦ x \\ ¦ x \\\n
x = 1 + \\\n2 ¦ 1 + ¦ x = ) ¦ x = 5x ¦ \\ ¦ if x: ¦ if x: y ¦ if x:\n    y ¦ if x:\n    y\n
if x:\n    y\nelse: ¦ if x:\n    y\nelse:\n    z\n ¦ if x:\n    # c ¦ if x: # c ¦ def f(): pass
def f(): pass\n ¦ def f():\n    return 1 ¦ def f(a,\n      b): ¦ class A: pass
class A:\n    x = 1\n\n    y = 2 ¦ @d ¦ @d\n ¦ @d\n@e ¦ @d # c ¦ @d( ¦ @d(\n1) ¦ @d\ndef f():
@d\ndef f():\n    pass ¦ @d\ndef f():\n    pass\n ¦ @d\nclass A:\n    x\n ¦ try:\n    x ¦ try:\n    x\n
try:\n    x\nexcept:\n    y\n ¦ match x:\n    case 1: ¦ async def f():\n    await x ¦ await x ¦ f(x)[
%%bash ¦ %%bash\n ¦ %%bash\necho ¦ %%bash\necho\n ¦ %%bash\necho\n\n ¦ %%time\nx = (
%%time\nx = (\n\n ¦ %%writefile a\nb\n\nc ¦ %time x ¦ %timeit (1, ¦ %timeit 'a ¦ if x:\n    %time (
if x:\n    %time (\n ¦ x = %time ( ¦ !ls ¦ !ls ( ¦ !ls \\ ¦ !ls \\\n ¦ !ls \\\na ¦ !ls \\\na \\
x = !ls \\ ¦ if x:\n    !ls \\ ¦ x? ¦ x?? ¦ ?x ¦ %cd .. ¦ cd .. ¦ %matplotlib inline\nx = 1
x = 1\n%time y ¦ x = 1\nif y: ¦ x = 1\nif y:\n    z\n
"""
)


@pytest.mark.parametrize("code", PYTHON, ids=repr)
def test_python_goes_on_where_ipython_says_so(code: str) -> None:
    from IPython.core.inputtransformer2 import TransformerManager

    assert completeness(code)[0] == TransformerManager().check_complete(code)[0]


# What bash is asked too, which reads a text and does not run it.
SHELL = texts(
    r"""
ls ¦ ls; ¦ ls & ¦ ls || ¦ ls && ¦ ls |\n ¦ ls | # c\n ¦ ls |\nwc ¦ ls # 'a ¦ a#'b' ¦ ls > a ¦ ls 2>&1 |
if=1 ¦ x=1 if a ¦ time ls ¦ ! ls ¦ for x in a b ¦ for x in a; do ¦ for x in a\ndo\ny\ndone
for x; do y; done ¦ for ((i=0;i<3;i++)) ¦ for ((;;)) do x; done ¦ echo for x in ¦ while true; do
while true; do x; done ¦ while true; do x; done | ¦ until x; do ¦ echo done ¦ select x in a; do ¦ done
fi ¦ esac ¦ if a ¦ if a; then ¦ if a; then b ¦ if a; then b; fi ¦ if a; then b; else
if a; then b; elif c; then d; fi ¦ if [[ a ]]; then b; fi ¦ if a; then if b; then c; fi
if (a); then b; fi ¦ "if" a ¦ if"" a ¦ \\if a ¦ echo if ¦ then ¦ case x ¦ case x in ¦ case x in a) b
case x in a) b;; ¦ case x in a) b;; esac ¦ case x in\na) b;;\n(c|d) e\n;;\nesac
case $x in *) if y; then z; fi;; esac ¦ case in in in) x;; esac ¦ while x; do case y in a) b;; esac
case "$x" in 'a b') c;; esac ¦ echo 'a ¦ echo "a ¦ echo "a $(b ¦ echo "a $(b)" ¦ echo `a ¦ echo "`a`"
echo ${a ¦ echo ${a:-'}'} ¦ echo $'a\\'b' ¦ echo $'a ¦ echo a\\ b ¦ echo $((1 + ¦ echo $((1<<2)) ¦ (( 1
(( a = (1 + 2) )) ¦ [[ a && b ]] ¦ [[ a &&\n b ]] ¦ [ a ] ¦ [[ a =~ (b|c) ]] ¦ cat <<E ¦ cat <<E\nx
cat <<E\nx\nE ¦ cat <<E\nx\nE\n ¦ cat <<-E\n\tx\n\tE ¦ cat <<'E'\n$(\nE ¦ cat <<E | wc ¦ cat <<A <<B\nA
cat <<A <<B\nA\nB ¦ cat <<< x ¦ x=$(cat <<E\na\nE\n) ¦ x=$(cat <<E\na\n ¦ cat <<"E"\n'\nE ¦ f() ¦ f() {
f() { x; } ¦ f()\n{ ¦ f() ( ls ) ¦ function f ¦ function f { ¦ function f { x; } ¦ { ls ¦ { ls; }
{ ls } ¦ ( ls ¦ ( ls ) ¦ { a; } | ¦ a=(1 ¦ a=(1 2) ¦ a=(if\nthen) ¦ a="x\ny" ¦ diff <(a
diff <(a) <(b) ¦ echo {a,b} ¦ echo } ¦ $(ls ¦ x=$(ls)
"""
)
UNFINISHED = ("unexpected end of file", "unexpected EOF", "delimited by end-of-file")


@pytest.mark.parametrize("code", SHELL, ids=repr)
def test_a_shell_goes_on_where_bash_misses_the_end(code: str) -> None:
    told = subprocess.run(["bash", "-n", "-c", code], capture_output=True, text=True, check=False).stderr
    assert shell.is_open(code) == any(words in told for words in UNFINISHED)


def test_a_backslash_at_the_end_goes_on_in_a_shell() -> None:
    assert [shell.is_open(code) for code in ("ls \\", "ls \\\n", "ls \\\n-l", "echo \\\\")] == [
        True,
        True,
        False,
        False,
    ]


# A text each; \n is a line break.
OTHERS: dict[str, list[str]] = {
    "bash": texts(
        r"""
ls ¦ +for x in a; do ¦ for x in a; do y; done ¦ +ls | ¦ +cat <<E\nx ¦ +echo 'a
"""
    ),
    "r": texts(
        r"""
f(1) ¦ +f(1, ¦ +x <- ¦ x <- 1 ¦ +x |> ¦ +x %>% ¦ +x + ¦ +x == ¦ +x, ¦ +df$ ¦ +! ¦ x # + ¦ +if (x)
if (x) y ¦ +if (x) y else ¦ if (x) y else z ¦ +for (i in x) ¦ +while (f(x)) ¦ f(x)(y) ¦ +function(x)
function(x) x ¦ +f <- function(x) { ¦ f <- function(x) {\n x\n} ¦ +repeat ¦ +'a ¦ ?f ¦ +\\(x) ¦ \\(x) x
x[1, ] ¦ `a b` ¦ -1 ¦ +y ~ ¦ if (x) {\n y\n} else {\n z\n} ¦ +pkg:: ¦ a %in% b
"""
    ),
    "julia": texts(
        r"""
x = 1 ¦ +x = ¦ f(x) = 2x ¦ +function f(x) ¦ +function f(x)\n  x ¦ function f(x)\n  x\nend
function f end ¦ +if x ¦ if x\n y\nend ¦ +for i in x\n if i\n  y\n end ¦ for i in x\n y\nend ¦ +while x
+begin ¦ begin; x; end ¦ a[end] ¦ a[begin] ¦ a[end] + a[begin:end] ¦ [x for x in y if z]
sum(x for x in y) ¦ +map(x) do y ¦ :end ¦ map(x) do y\n z\nend ¦ +struct A ¦ mutable struct A\n x\nend
abstract type A end ¦ +module M ¦ x # + ¦ +try\n x\ncatch ¦ try x catch end ¦ +let x = 1 ¦ +quote
+x |> ¦ +x && ¦ +x ? ¦ f(x...) ¦ x' ¦ +[1, ¦ x.end ¦ "for" ¦ +"a ¦ push!(x, 1) ¦ +#= c ¦ #= c =#
type = 1 ¦ (begin; 1; end) ¦ +(begin ¦ @m x ¦ x; ¦ +x =
"""
    ),
    "lua": texts(
        r"""
x = 1 ¦ +x = ¦ +function f() ¦ function f() return 1 end ¦ +if x then ¦ if x then y() end
+for i=1,3 do ¦ for i=1,3 do f(i) end ¦ +while x do ¦ while x do y() end ¦ +repeat ¦ repeat x() until y
+do ¦ do x() end ¦ +f(function() ¦ f(function() end) ¦ +x .. ¦ +x and ¦ +not ¦ ... ¦ +{ ¦ ::a:: ¦ +[[a
[[a]] ¦ -- for ¦ +a. ¦ if x then while y do z() end end ¦ +if x then while y do z() end ¦ return
+local ¦ +x,  ¦ goto a ¦ a.b ¦ #a
"""
    ),
    "ruby": texts(
        r"""
x ¦ +def f ¦ def f\n x\nend ¦ +class A ¦ x if y ¦ x = if y then 1 end ¦ +if x ¦ if x\n y\nend
+x.map do |y| ¦ +while x do ¦ while x do y end ¦ +[1, ¦ +x + ¦ +x. ¦ :end ¦ +x && ¦ empty? ¦ x!
+begin ¦ x while y ¦ +{ |x|
"""
    ),
    "octave": texts(
        r"""
x = 1 ¦ +if x ¦ if x, y, end ¦ if x\n y\nendif ¦ +for i=1:3 ¦ for i=1:3, y, end ¦ x(end)
+function f(x) ¦ function f(x)\n y\nend ¦ +x = ... ¦ +[1 2 ¦ [1 2]; ¦ +while x ¦ +do ¦ do\n x\nuntil y
x' ¦ +'a ¦ x, ¦ +x + ¦ +switch x\n case 1 ¦ switch x\n case 1\n y\nend ¦ +try\n x ¦ % if ¦ x.^2
"""
    ),
    "javascript": texts(
        r"""
x ¦ x; ¦ +x = ¦ +x + ¦ i++ ¦ i-- ¦ +f( ¦ f(1) ¦ +if (x) ¦ if (x) y ¦ +if (x) { ¦ if (x) { y } ¦ +else
+for (;;) ¦ +while (f(x)) ¦ do { x } while (y) ¦ +do ¦ +function f() ¦ function f() {} ¦ +x => ¦ x => x
+x, ¦ +`a ¦ `a${b}` ¦ +/* a ¦ /a/ ¦ /[(]/ ¦ +x ? ¦ +x ? y : ¦ +x && ¦ +x. ¦ // + ¦ +new ¦ +typeof
+{a: 1 ¦ 'a +' ¦ f(x)(y) ¦ +x ?? ¦ a > b ¦ +[1, ¦ class A {} ¦ +const x =
"""
    ),
    "typescript": texts(
        r"""
let x: Array<number> ¦ x! ¦ +if (x) ¦ +x + ¦ type A = B | C ¦ +type A =
"""
    ),
    "c++": texts(
        r"""
int x; ¦ #include <vector> ¦ +if (x) ¦ +for (;;) { ¦ i++; ¦ +x + ¦ std::vector<int> ¦ +/* a
"""
    ),
    "scheme": texts(
        r"""
(f x) ¦ +(f x ¦ +(define (f x) ¦ (define (f x) x) ¦ 'a ¦ +' ¦ +`(a , ¦ `(a ,b) ¦ ; ( ¦ +"a ¦ "a (" ¦ x
(f #\\() ¦ +(f #\\( ¦ (quote a) ¦ +#| ¦ #| ( |# ¦ [a] ¦ +[a
"""
    ),
    "clojure": texts(
        r"""
(f [1 {:a 2}]) ¦ +(f [1 ¦ +' ¦ ; ( ¦ \\( ¦ +"a
"""
    ),
    "common-lisp": texts(
        r"""
(f #'g) ¦ +(f #'g ¦ +#'
"""
    ),
    "no such language": texts(
        r"""
x ¦ +f( ¦ x + ¦ if x
"""
    ),
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in OTHERS.items() for text in texts]
)
def test_other_languages(language: str, text: str) -> None:
    code = text.removeprefix("+")
    assert completeness(code, language)[0] == ("incomplete" if code != text else "complete")
    capital = language.capitalize()
    assert completeness(code, capital)[0] == completeness(code, language)[0], (
        "kernels spell their languages as they like"
    )


WORDS = texts(
    r"""
if ¦ then ¦ else ¦ end ¦ do ¦ done ¦ fi ¦ for ¦ while ¦ function ¦ case ¦ esac ¦ in ¦ begin ¦ until ¦ x
\n ¦ ; ¦ | ¦ && ¦ ( ¦ ) ¦ (( ¦ )) ¦ { ¦ } ¦ [ ¦ ] ¦ [[ ¦ ]] ¦ ' ¦ " ¦ ` ¦ $( ¦ ${ ¦ \\ ¦ <<E ¦ E ¦ #
+ ¦ = ¦ % ¦ ! ¦ ? ¦ : ¦ .
"""
)


@given(st.lists(st.sampled_from([*WORDS, " "])).map("".join), st.sampled_from([*OTHERS, "python"]))
def test_nothing_raises(code: str, language: str) -> None:
    assert completeness(code, language)[0] in ("complete", "incomplete", "invalid")
