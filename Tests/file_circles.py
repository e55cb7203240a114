"""Circles among the Swift files of one module: files that use each other's declarations, directly or through others.

What a file provides are its top-level types, functions and variables, unless they are private. What it uses are the names
that other files of the module provide. An extension uses the type that it extends, and provides nothing. This reads the
text of the files and knows no types, so a name that is declared again inside a file counts as that file's own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

TYPE = r"(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)"
MEMBER = r"(?:func|let|var)\s+(\w+)"
PRIVATE = re.compile(r"\b(?:file)?private\s+(?:(?:final|indirect|nonisolated|static)\s+)*(?:" + TYPE + "|" + MEMBER + ")")
STRING = re.compile(r'(#*)("""|")')


def code(text: str) -> str:
    """The text without comments and string literals; what is interpolated in a string stays."""
    result: list[str] = []
    _copy_code(text, 0, result, until=None)
    return "".join(result)


def _copy_code(text: str, start: int, result: list[str], until: str | None) -> int:
    """Copies code to `result` from `start` to an unbalanced `until`. Returns the place behind it."""
    depth = 0
    while start < len(text):
        if text.startswith("//", start):
            end = text.find("\n", start)
            start = len(text) if end < 0 else end
        elif text.startswith("/*", start):
            start = _end_of_comment(text, start)
        elif match := STRING.match(text, start):
            start = _copy_string(text, match.end(), result, *match.groups())
        else:
            if text[start] == "(":
                depth += 1
            elif text[start] == ")":
                depth -= 1
                if until == ")" and depth < 0:
                    return start + 1
            result.append(text[start])
            start += 1
    return start


def _end_of_comment(text: str, start: int) -> int:
    depth = 0
    for match in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return start + match.end()
    return len(text)


def _copy_string(text: str, start: int, result: list[str], hashes: str, quotes: str) -> int:
    """Copies what is interpolated in the string that begins before `start`. Returns the place behind the string."""
    result.append('""')
    while start < len(text):
        if text.startswith(quotes + hashes, start):
            return start + len(quotes + hashes)
        if text.startswith("\\" + hashes + "(", start):
            result.append(" ")
            start = _copy_code(text, start + len(hashes) + 2, result, until=")")
            result.append(" ")
        elif text.startswith("\\" + hashes, start):
            start += len(hashes) + 2
        else:
            start += 1
    return start


def top_level(text: str) -> str:
    """The code outside of all braces."""
    depth, result = 0, []
    for character in text:
        if character == "}":
            depth -= 1
        if depth == 0:
            result.append(character)
        if character == "{":
            depth += 1
    return "".join(result)


def provided(text: str) -> set[str]:
    """The names that a file declares for the other files of its module."""
    outside = PRIVATE.sub("", top_level(text))
    # What an extension extends is not declared here, and neither are the parameters of a function.
    outside = re.sub(r"\([^()]*\)", "", outside)
    return {first or second for first, second in re.findall(rf"\b(?:{TYPE}|{MEMBER})", outside)}


def used(text: str, names: set[str], module: str) -> set[str]:
    """Those of the names that a file uses and does not declare itself."""
    own = set(re.findall(rf"\b{TYPE}", text))
    # `.name` is a member, unless it is the module's.
    text = re.sub(rf"\b{re.escape(module)}\.", " ", text)
    found = set()
    for match in re.finditer(r"(?<![\w.])\w+\b(?!\s*:(?!:))|(?<![\w.])[A-Z]\w*", text):
        before = text[max(match.start() - 5, 0) : match.start()]
        if match[0] in names and not before.endswith(("func ", "let ", "var ", "case ")):
            found.add(match[0])
    return found - own


Uses = dict[str, dict[str, set[str]]]
"""By file, the names that it uses, by the file that provides them."""


def uses(files: dict[str, str], module: str) -> Uses:
    """What the files of a module, given by name with their text, use of each other."""
    texts = {name: code(text) for name, text in files.items()}
    owners: dict[str, set[str]] = {}
    for file, text in texts.items():
        for name in provided(text):
            owners.setdefault(name, set()).add(file)
    found: Uses = {file: {} for file in texts}
    for file, text in texts.items():
        for name in used(text, set(owners), module):
            for owner in owners[name] - {file}:
                found[file].setdefault(owner, set()).add(name)
    return found


def circles(all_uses: Uses) -> list[list[str]]:
    """The circles, each with all of its files in alphabetical order."""
    reached = {file: set(_reachable(file, all_uses)) for file in all_uses}
    found = {
        tuple(sorted(other for other in reached[file] if file in reached[other]))
        for file in all_uses
        if file in reached[file]
    }
    return [list(circle) for circle in sorted(found)]


def _reachable(file: str, all_uses: Uses) -> Iterator[str]:
    seen: set[str] = set()
    rest = list(all_uses[file])
    while rest:
        other = rest.pop()
        if other not in seen:
            seen.add(other)
            yield other
            rest += all_uses[other]


def circles_in(folder: Path, module: str) -> list[str]:
    """A text for each circle among the Swift files of a folder: its files, and what each uses of the others."""
    all_uses = uses({str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.swift")}, module)
    texts = []
    for circle in circles(all_uses):
        lines = [", ".join(circle)]
        for file in circle:
            for owner in sorted(set(all_uses[file]) & set(circle)):
                lines.append(f"    {file} uses {', '.join(sorted(all_uses[file][owner]))} of {owner}")
        texts.append("\n".join(lines))
    return texts
