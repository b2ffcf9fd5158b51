"""Holds the sources against the table of layers: check_layers.py PROJECT. Prints a line for each finding; any is a failure."""

import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import table

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CUDA_CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b.*CUDA")
CODE = {".h", ".cpp", ".cu", ".cuh"}
TEXT = CODE | {".py", ".cmake", ".sh"}


def main(project):
    count, findings = check(Path(project))
    print("".join(f"{finding}\n" for finding in findings), end="")
    print(f"{count} sources, {len(findings)} findings; the rules are in tests/layers/table.py")
    if not count:
        print(f"{project} holds no sources in {', '.join(table.SOURCE_FOLDERS)}: is it the project's top?")
    sys.exit(bool(findings) or not count)


def check(project):
    """How many sources the project holds, and what breaks the rules, each as "file:line: what, and why not"."""
    code = [path for folder in table.SOURCE_FOLDERS for path in files_of(project / folder, CODE)]
    findings = [finding for path in code for finding in findings_of(project, path)]
    texts = [path for folder in (*table.SOURCE_FOLDERS, "tests", ".ci") for path in files_of(project / folder, TEXT)]
    return len(code), findings + [finding for path in texts for finding in too_long(project, path)]


def files_of(folder, suffixes):
    named = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path for path in named if path.suffix in suffixes or path.name == "CMakeLists.txt" and ".cmake" in suffixes
    )


def findings_of(project, path):
    name = path.relative_to(project).as_posix()
    layer = next((layer for layer in table.LAYERS if name.startswith(layer.folder + "/")), None)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{name}:{number}"
        if CUDA_CONDITION.match(line) and path.suffix in {".h", ".cpp"}:
            yield f"{place}: code conditional on CUDA ({line.strip()}): put it in a file of its own, x_cuda.cu, that CMake picks"
        if not (found := INCLUDE.match(line)):
            continue
        if layer is None:
            yield f"{place}: this folder is in no layer: name it in LAYERS"
            return
        quoted, header = found[1] == '"', found[2]
        if quoted and (path.parent / header).exists():
            yield from beside(project, path, layer, place, header)
        else:
            yield from elsewhere(name, layer, place, header)


def beside(project, path, layer, place, header):
    """A header named by its path from the including file."""
    target = (path.parent / header).resolve().relative_to(project.resolve()).as_posix()
    if not target.startswith(layer.folder + "/"):
        yield f'{place}: includes "{header}", which is {target}: {layer.why}'
    elif layer.folder == "plugins":
        yield from of_another_plugin(place, target, place)


def elsewhere(name, layer, place, header):
    """A header found on the include path."""
    if header.startswith(("anabranch/", "framework/", "plugins/", "sdk/")):
        if not header.startswith(layer.may_include) or (layer.may_not and header.startswith(layer.may_not)):
            yield f"{place}: includes <{header}>: {layer.why}"
        elif header.startswith("plugins/"):
            yield from of_another_plugin(place, header, name)
        return
    for library in table.LIBRARIES:
        if any(fnmatchcase(header, pattern) for pattern in library.headers):
            if not owns(library, name, header):
                owners = ", ".join(dict.fromkeys(files for files, _ in library.owners))
                yield f"{place}: includes <{header}> of {library.name}, which belongs to {owners}: {library.why}"
            return
    if header in table.STANDARD or any(fnmatchcase(header, pattern) for pattern in table.POSIX):
        return
    if layer.folder == "sdk/node":
        yield f"{place}: includes <{header}>: sdk/node takes headers of the C++ standard library and POSIX only"
    elif header not in table.COMPILER:
        yield f"{place}: includes <{header}>, which no library in the table has: name its one owner in LIBRARIES"


def owns(library, name, header):
    if any(fnmatchcase(name, pattern) for pattern in library.never):
        return False
    return any(fnmatchcase(name, files) and fnmatchcase(header, which) for files, which in library.owners)


def of_another_plugin(place, header, name):
    own, other = name.split("/")[1], header.split("/")[1]
    if other not in (own, "common"):
        yield f"{place}: includes <{header}>: a plugin uses no other plugin; what two share goes to sdk/lm or plugins/common"


def too_long(project, path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > table.LONGEST_FILE:
        yield f"{path.relative_to(project).as_posix()}:{lines}: {lines} lines, {table.LONGEST_FILE} at most: split it by what its parts are about"


if __name__ == "__main__":
    main(*sys.argv[1:])
