"""Runs the commands of README.md and docs/*.md, and holds what the pages quote of the program against what it prints.

Usage: check_commands.py PROJECT BUILD [PAGE...]. Each page gets a copy of the project of its own, in which the sample's model is a
tiny one. Blocks marked `sh` are commands; a block without a language is a quotation: "$ COMMAND" and its output, errors of a
graph in quoted/, or as commands.py says. Numbers of a machine or a run may differ, "..." stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from commands import BEFORE, ELSEWHERE, QUOTATIONS, RULES

HERE = Path(__file__).parent
MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
ERROR = re.compile(r"^(\S+:\d+:\d+: )?(error|warning) A\d{4}: ")


def blocks(text):
    """(language, first line's number, lines) of each fenced block."""
    language = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if language is None:
                language, start, lines = line[3:].strip(), number + 1, []
            else:
                yield language, start, lines
                language = None
        elif language is not None:
            lines.append(line)


def complete(command):
    return subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True).returncode == 0


def commands(lines):
    """Lines that belong together are one command; comments go."""
    command = ""
    for line in lines:
        command += line + "\n"
        if line.endswith("\\") or not complete(command):
            continue
        command = re.sub(r"\s+# .*$", "", command.strip())
        if command:
            yield command
        command = ""


class Copy:
    """The project, with a tiny model in the place of the sample's, to run a page's commands in."""

    def __init__(self, project, build, folder):
        self.folder = folder
        shutil.copytree(project / "graphs", folder / "graphs", ignore=shutil.ignore_patterns("models"))
        (folder / "graphs/models").mkdir()
        shutil.copy(project / "tests/golden/data/tiny.gguf", folder / "graphs/models" / MODEL)
        for name in ("docs", "tests", "sdk", "Makefile", "CMakePresets.json", "CMakeLists.txt", ".ci"):
            (folder / name).symlink_to(project / name)
        (folder / "build").symlink_to(build)
        self.environment = {name: value for name, value in os.environ.items() if name != "ANABRANCH_PLUGIN_PATH"}
        self.environment["OMP_WAIT_POLICY"] = "passive"  # other tests want the cores too
        self.environment["PATH"] = f"{build}/bin:{self.environment['PATH']}"

    def run(self, command):
        return subprocess.run(
            ["timeout", "300", "bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )


def shape(line):
    """A line without what depends on the machine, the weights or the clock."""
    line = re.sub(r"^(loading .*?\.\.\.).*", r"\1", line)
    line = re.sub(r"^(  (title|response) ).*", r"\1", line)
    line = re.sub(r"(\d+h)?(\d+m)?\d+(\.\d+)? ?(s|ms|us)\b", "TIME", line)
    line = re.sub(r"-?\d+(\.\d+)?(e[-+]?\d+)?", "N", line)
    line = re.sub(r"(?<=\S) {2,}", "  ", line)  # columns are as wide as their numbers
    return re.sub(r"\b(worker|thread|core|step)s\b", r"\1", line).rstrip()


def without_place(line):
    return re.sub(r"^\S+:\d+:\d+: ", "", line.rstrip())


def matches(quoted, printed, same=lambda line: line.rstrip()):
    """Whether the quoted lines stand in what was printed, in this order; "..." at a line's end, or alone, stands for anything."""
    rest = iter(printed)
    for line in quoted:
        if not line.strip() or line.strip() == "...":
            continue
        cut = line.rstrip().endswith("...")
        wanted = same(line.rstrip().removesuffix("...").rstrip() if cut else line)
        if not any(same(found).startswith(wanted) if cut else same(found) == wanted for found in rest):
            return line
    return None


class Checker:
    def __init__(self, project, build):
        self.project, self.build = project, build
        self.problems = []
        self.left_out = []
        self.ran = self.compared = 0
        self.met = set()
        self.checked = None

    def page(self, page):
        with tempfile.TemporaryDirectory() as folder:
            copy = Copy(self.project, self.build, Path(folder))
            for command in BEFORE.get(page, []):
                self.command(copy, f"{page} (before)", command)
            for language, number, lines in blocks((self.project / page).read_text()):
                place = f"{page}:{number}"
                if language in ("sh", "bash", "shell", "console"):
                    for command in commands(lines):
                        self.command(copy, place, command)
                elif language == "" and lines and lines[0].startswith("$ "):
                    self.session(copy, place, lines)
                elif language == "":
                    self.quotation(copy, page, place, lines)

    def command(self, copy, place, command):
        rule = next((rule for rule in RULES if re.search(rule.pattern, command)), None)
        run = command
        if rule:
            self.met.add(rule)
            run = rule.instead.format(command, *re.search(rule.pattern, command).groups())
            self.left_out.append(f"{place}: {command}\n    {rule.why}" + (f"; run instead: {run}" if run else ""))
        if not run:
            return None
        result = copy.run(run)
        self.ran += 1
        if result.returncode != 0:
            self.problems.append(f"{place}: {run}\n  ended with {result.returncode}:\n{result.stdout[-2000:]}")
        return result.stdout.splitlines()

    def session(self, copy, place, lines):
        """"$ COMMAND" with its output behind, once or several times. An error that is shown is an error that is wanted."""
        for part in re.split(r"^\$ ", "\n".join(lines), flags=re.M)[1:]:
            command, *quoted = part.split("\n")
            while command.endswith("\\"):
                command = command[:-1] + quoted.pop(0)
            printed = copy.run(command).stdout.splitlines()
            self.ran += 1
            self.compare(place, quoted, printed, command)

    def compare(self, place, quoted, printed, command, same=shape):
        self.compared += 1
        missing = matches(quoted, printed, same)
        if missing is not None:
            text = "\n".join(printed[-40:])
            self.problems.append(f"{place}: quotes what `{command}` does not print there:\n  {missing}\nIt prints:\n{text}")

    def quotation(self, copy, page, place, lines):
        known = next((q for q in QUOTATIONS if q.page == page and lines[0].startswith(q.begins)), None)
        if known is None and any(ERROR.match(line) for line in lines):
            return self.graph_errors(place, lines)
        if known is None:
            return self.problems.append(f"{place}: tests/docs/commands.py does not say what prints this:\n  {lines[0]}")
        self.met.add(known)
        if known.command:
            self.compare(place, lines, copy.run(known.command).stdout.splitlines(), known.command)
        else:
            self.left_out.append(f"{place}: {lines[0]}\n    {known.why}")

    def graph_errors(self, place, lines):
        """Each paragraph is a part of what `check` says of one of the graphs in quoted/."""
        if self.checked is None:
            self.checked = {path.name: self.check(path) for path in sorted((HERE / "quoted").glob("*.yaml"))}
        for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
            quoted = paragraph.splitlines()
            self.compared += 1
            same = str.rstrip if ":" in quoted[0].split(" ")[0] else without_place
            if all(matches(quoted, printed, same) is not None for printed in self.checked.values()):
                errors = "\n".join(line for printed in self.checked.values() for line in printed if ERROR.match(line))
                self.problems.append(f"{place}: no graph in tests/docs/quoted gives\n{paragraph}\nThey give:\n{errors}")

    def check(self, path):
        """`# FILE` in a first line says what the pages call the graph."""
        name = path.read_text().split("\n", 1)[0].removeprefix("# ")
        with tempfile.TemporaryDirectory() as folder:
            copy = Copy(self.project, self.build, Path(folder))
            for part in (HERE / "quoted").glob("*.yaml"):
                text = part.read_text().split("\n", 1)
                if part == path or text[0] == "# part":
                    (Path(folder) / (name if part == path else part.name)).write_text(text[1])
            return copy.run(f"anabranch check {name}").stdout.splitlines()


def main():
    project, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    pages = ["README.md", *sorted(f"docs/{path.name}" for path in (project / "docs").glob("*.md"))]
    pages = sys.argv[3:] or [page for page in pages if page not in ELSEWHERE]
    checker = Checker(project, build)
    for page in pages:
        checker.page(page)
    if not sys.argv[3:]:
        stale = [entry for entry in (*RULES, *QUOTATIONS) if entry not in checker.met]
        checker.problems += [f"tests/docs/commands.py: meets nothing in the pages: {entry}" for entry in stale]
    print(f"{checker.ran} commands ran, {checker.compared} quotations compared; left out or run otherwise:")
    print("\n".join(f"  {line}" for line in checker.left_out))
    print("\n".join(["", *checker.problems]), file=sys.stderr)
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
