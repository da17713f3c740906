"""Whether a shell would read on behind a text: what POSIX shells, bash and zsh ask their second prompt for.

A lexer tells nothing of this: `done` ends a loop only where a command may begin, and a here-document ends in a line of
its own.  So the text is read once from its start, with a stack of what is open in it.  Whatever the text, nothing
raises; one that no shell would run is whole, so that the shell says what is wrong with it.
"""

from __future__ import annotations

import re

SHELLS = frozenset({"bash", "sh", "zsh", "ksh", "dash", "shell"})
"""The names of the languages that are read in this way."""

# What opens by a word where a command may begin, and by which word it ends.
_ENDS = {"if": "fi", "for": "done", "select": "done", "while": "done", "until": "done", "case": "esac", "{": "}"}
# Words behind which a command must come, and words in front of which that need not be.
_MORE = frozenset({"then", "else", "elif", "do", "if", "while", "until"})
_BEFORE = frozenset({"!", "time", "coproc"})
_WORD = re.compile(r"[^\s;&|()<>`\"'$\\]+")
_HERE = re.compile(r"<<(-?)[ \t]*((?:'[^'\n]*'|\"[^\"\n]*\"|\\.|[^\s;&|()<>'\"\\])+)")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|[;&|]")


def is_open(code: str) -> bool:
    """Whether the shell would ask for more."""
    return _Reading(code).is_open()


class _Reading:
    """One reading of a text.

    `stack` holds quotes and brackets by their signs and commands by their words, `patterns` for each open `case`
    whether a pattern comes.  `begins` says that a command may begin, `wants` that one must come;
    `names`: the name of a function comes.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.at = 0
        self.stack: list[str] = []
        self.patterns: list[bool] = []
        self.begins = True
        self.wants = False
        self.names = False
        # The words that end the here-documents which begin behind this line, and whether tabs stand in front of them.
        self.here: list[tuple[str, bool]] = []

    def is_open(self) -> bool:
        """Read to the end."""
        while self.at < len(self.code):
            top = self.stack[-1] if self.stack else ""
            if top in ("'", "$'", '"', "${"):
                self._quoted(top)
            else:
                self._plain(top)
        return bool(self.stack or self.here) or self.wants

    def _quoted(self, top: str) -> None:
        """Read a step inside quotes, or inside ${ }."""
        code, at = self.code, self.at
        if code[at] == "\\" and top != "'":
            self.at += 2
        elif code[at] == {"${": "}"}.get(top, top[-1]):
            self.stack.pop()
            self.at += 1
        elif top in ("'", "$'") or not self._opens(inside=top):
            self.at += 1

    def _opens(self, inside: str = "") -> bool:
        """Open what begins here in quotes and in code alike."""
        for sign in ("$((", "$(", "${", "$'", "`", '"', "'"):
            if self.code.startswith(sign, self.at) and not (inside == '"' and sign in ("'", "$'")):
                if sign == "`" and "`" in self.stack:
                    del self.stack[self.stack.index("`") :]
                    self.begins = False
                else:
                    self.stack.append(sign.replace("$((", "(("))
                    self.begins = sign in ("$(", "`")
                self.wants = False
                self.at += len(sign)
                return True
        return False

    def _plain(self, top: str) -> None:
        """Read a step of code."""
        code, at = self.code, self.at
        sign = code[at]
        if sign == "\\":
            self.wants = at + 1 >= len(code) or (code[at + 1] == "\n" and at + 2 >= len(code))
            self.at += 2
        elif sign == "\n":
            self._line_ends()
        elif sign.isspace():
            self.at += 1
        elif sign == "#" and (not at or code[at - 1] in " \t\n;&|("):
            end = code.find("\n", at)
            self.at = len(code) if end < 0 else end
        elif self._opens():
            pass
        elif sign in "()":
            self._bracket(sign, top)
        elif sign in "<>":
            self._redirected(top)
        elif match := _OPERATOR.match(code, at):
            self._operator(match.group(), top)
        elif match := _WORD.match(code, at):
            self._word(match.group(), top)
        else:
            self.wants, self.at = False, at + 1

    def _line_ends(self) -> None:
        """The line ends, and behind it come the here-documents that it has named."""
        self.at += 1
        self.begins = True
        while self.here:
            word, tabs = self.here[0]
            while self.at < len(self.code):
                end = self.code.find("\n", self.at)
                line, self.at = self.code[self.at : end if end >= 0 else None], end + 1 if end >= 0 else len(self.code)
                if (line.lstrip("\t") if tabs else line) == word:
                    break
            else:
                return
            del self.here[0]

    def _bracket(self, sign: str, top: str) -> None:
        code, at = self.code, self.at
        double = code.startswith(sign * 2, at)
        self.at += 1
        if sign == ")":
            if top == "((" and double:
                self.stack.pop()
                self.at += 1
                self.begins = self.stack[-1:] in (["for"], ["select"])
            elif top in ("(", "$(", "=("):
                self.stack.pop()
                self.begins = False
            elif top == "case" and self.patterns[-1]:
                self.patterns[-1], self.begins = False, True
            return
        if code.startswith("()", at):
            # A function: its body must come.
            self.at += 1
            self.begins = self.wants = True
        elif double and (self.begins or top in ("for", "((")):
            self.stack.append("((")
            self.at += 1
        elif not (top == "case" and self.patterns[-1]):
            self.stack.append("=(" if code[at - 1 : at] == "=" else "(")
            self.begins, self.wants = self.stack[-1] == "(" and top != "((", False

    def _redirected(self, top: str) -> None:
        match = _HERE.match(self.code, self.at) if top != "((" else None
        if match is not None and not self.code.startswith("<<<", self.at):
            self.here.append((re.sub(r"['\"\\]", "", match.group(2)), bool(match.group(1))))
            self.at = match.end()
            return
        while self.at < len(self.code) and self.code[self.at] in "<>":
            self.at += 1

    def _operator(self, text: str, top: str) -> None:
        self.at += len(text)
        if top in ("((", "[["):
            return
        if text.startswith(";") and text != ";" and top == "case":
            self.patterns[-1] = True
        self.wants = text in ("|", "||", "&&", "|&") and not (top == "case" and self.patterns[-1])
        self.begins = True

    def _word(self, word: str, top: str) -> None:
        self.at += len(word)
        # Part of a longer word, such as "if"x.
        alone = self.code[self.at : self.at + 1] not in ('"', "'", "`", "$", "\\") or self.at >= len(self.code)
        self.wants = False
        if top == "case" and self.patterns[-1]:
            if word == "esac":
                self._close(top)
        elif top == "case" and word == "in" and not self.begins:
            self.patterns[-1] = True
        elif top == "[[":
            if word == "]]":
                self._close(top)
        elif self.names:
            self.names, self.begins, self.wants = False, True, True
        elif self.begins and alone and top not in ("((", "=("):
            self._command(word, top)
        else:
            self.begins = False

    def _command(self, word: str, top: str) -> None:
        """A word stands where a command begins."""
        if word == "[[" or word in _ENDS:
            self.stack.append(word)
            if word == "case":
                self.patterns.append(False)
            self.begins = word in ("if", "while", "until", "{")
        elif word == _ENDS.get(top):
            self._close(top)
        elif word == "function":
            self.names = True
        else:
            self.begins = word in _MORE or word in _BEFORE

    def _close(self, top: str) -> None:
        self.stack.pop()
        if top == "case":
            self.patterns.pop()
        self.begins = False
