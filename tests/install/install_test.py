"""Installs to a temporary prefix, moves it, and follows docs/writing-a-plugin.md there as a newcomer would, with the source tree out
of sight: what the page quotes must be the files that `anabranch new plugin` wrote, what it shows must be what its commands print.

Usage: install_test.py BUILD SOURCE
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = SOURCE = Path()  # from the command line


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="anabranch-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        first = cls.folder / "first"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", first], check=True, stdout=subprocess.DEVNULL)
        cls.prefix = cls.folder / "prefix"  # an install may be moved
        first.rename(cls.prefix)

    def run_in(self, folder, command):
        """A command of a person with the prefix in PATH, and nothing else of Anabranch: its output, both streams as they come."""
        hidden = ("ANABRANCH_", "CMAKE_", "LD_LIBRARY_PATH", "Torch_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        environment["PATH"] = f"{self.prefix}/bin:{environment['PATH']}"
        outcome = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True, timeout=300,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        return outcome.returncode, outcome.stdout

    def test_nothing_names_the_build_folder(self):
        files = [path for path in self.prefix.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 50)
        for path in files:
            self.assertNotIn(f"{BUILD}/".encode(), path.read_bytes(), path)

    def test_the_shipped_graphs_are_valid_where_they_are_installed(self):
        graphs = sorted((self.prefix / "share/anabranch/graphs").glob("*.yaml"))
        self.assertEqual([path.name for path in graphs], sorted(path.name for path in (SOURCE / "graphs").glob("*.yaml")))
        for graph in graphs:
            code, output = self.run_in(self.folder, f"anabranch check {graph}")
            self.assertEqual(0, code, output)
        schema = re.match(r"# yaml-language-server: \$schema=(.*)", graphs[0].read_text())
        self.assertTrue((graphs[0].parent / schema.group(1)).exists())
        self.assertTrue((self.prefix / "share/anabranch/LICENSE").exists())

    def test_the_page_is_followed_to_the_letter(self):
        home = self.folder / "home"
        home.mkdir()
        (home / "graphs").symlink_to(self.prefix / "share/anabranch/graphs")
        page = (SOURCE / "docs/writing-a-plugin.md").read_text()
        blocks = re.findall(r"(?:^`([^`\n]+)`:\n\n)?^```\w*\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        quoted, followed = [], []
        for name, text in blocks:
            if name.startswith("brevity/"):
                self.assertEqual((home / name).read_text(), text, f"{name} differs from what the page quotes")
                quoted.append(name)
            elif name:
                self.assertEqual((SOURCE / name).read_text(), text, f"{name} differs from what the page quotes")
            elif text.startswith("anabranch "):
                code, output = self.run_in(home, text)
                self.assertEqual(0, code, output)
                followed.append(text)
            elif text.startswith("$ "):
                for command, shown in commands(text):
                    code, output = self.run_in(home, command)
                    self.assertTrue(matches(shown, output), f"{command} ({code}) printed\n{output}\nthe page has\n{shown}")
                    followed.append(command)
        self.assertGreaterEqual(len(quoted), 4)
        self.assertGreaterEqual(len(followed), 7)

    def test_a_folder_that_is_there_stays_as_it_is(self):
        for target in ("full", "empty", "file"):
            place = self.folder / target
            if target == "file":
                place.write_text("mine")
            else:
                place.mkdir()
            if target == "full":
                (place / "mine").touch()
            code, output = self.run_in(self.folder, f"anabranch new plugin shorter --dir {target}")
            self.assertEqual((1, True), (code, f"{target} is there already, and nothing was written" in output), output)
        self.assertEqual(["mine"], [path.name for path in (self.folder / "full").iterdir()])
        self.assertEqual([], list(self.folder.glob(".shorter*")))

    def test_names_that_cannot_be(self):
        for name, why in ("Brevity", "lower-case"), ("3d", "a letter first"), ("a.b", "letters"), ("reward", "already"):
            code, output = self.run_in(self.folder, f"anabranch new plugin {name}")
            self.assertNotEqual(0, code)
            self.assertIn(why, output)
            self.assertFalse((self.folder / name).exists())

    def test_a_compiler_and_a_component_that_do_not_fit_are_named_before_anything_is_built(self):
        package = "lib/cmake/anabranch"
        other = self.folder / "other"
        shutil.copytree(self.prefix / package, other / package)
        config = other / package / "anabranch-config.cmake"
        config.write_text(re.sub(r'(anabranch_compiler "\w+) [\d.]+"', r'\1 9.9.9"', config.read_text()))
        project = self.folder / "project"
        project.mkdir()
        for options, words in {
            f"-DCMAKE_PREFIX_PATH={other}": ("9.9.9", "CMAKE_CXX_COMPILER"),
            f"-DCMAKE_PREFIX_PATH={self.prefix} -DCOMPONENTS=tensors": ("tensors",),
        }.items():
            (project / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES CXX)\n"
                "find_package(anabranch REQUIRED COMPONENTS node ${COMPONENTS})\n"
            )
            code, output = self.run_in(project, f"cmake --fresh -B build {options}")
            self.assertNotEqual(0, code)
            for word in words:
                self.assertIn(word, output)


def commands(text):
    """(command, what is shown of its output) of a block as a terminal shows it; a \\ at a line's end goes on in the next."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", "").partition("\n")
        yield command, shown


def matches(shown, output):
    """Whether the output is what is shown; `...` there stands for anything."""
    first, *others = shown.strip().split("...")
    output = output.strip()
    if not others:
        return output == first
    place = len(first) if output.startswith(first) else -1
    for part in others[:-1]:
        place = output.find(part, place) + len(part) if place >= 0 and part in output[place:] else -1
    return place >= 0 and output[place:].endswith(others[-1])


if __name__ == "__main__":
    BUILD, SOURCE = map(Path, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
