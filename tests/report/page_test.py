"""`anabranch report`: a page that is well-formed, needs nothing beside it, has the run's numbers, and lets no text out.

Usage: page_test.py ANABRANCH PROJECT
"""

import html.parser
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

from runs import Program, json_lines

PROGRAM = None  # from the command line

VOID = {"meta", "br", "img", "input", "link", "hr"}
EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)"> & \'"'


class Page(html.parser.HTMLParser):
    """Fails for tags that do not match; collects what the tests ask for."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.tags, self.links, self.charts = [], [], [], [], {}
        self.text, self.names = [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("href", "src", "xlink:href"):
            if name in attributes:
                self.links.append(attributes[name])
        if tag == "svg" and "data-values" in attributes:
            series = attributes["aria-label"].split(", ")[0]
            self.charts[series] = (attributes["data-steps"], attributes["data-values"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        last = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}> at {self.getpos()}"

    def handle_data(self, data):
        self.text.append((self.open[-1] if self.open else "", data))

    def words(self):
        return "".join(data for tag, data in self.text if tag not in ("script", "style"))


def six_digits(numbers):
    return ",".join(f"{number:.6g}" for number in numbers)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.out = cls.folder / "run"
        PROGRAM(*PROGRAM.ppo_arguments(cls.out, 5))

    def report(self, run, *arguments):
        outcome = PROGRAM("report", run, *arguments)
        path = outcome.stdout.removeprefix("written: ").strip()
        text = Path(path).read_text()
        page = Page(text)
        self.assertEqual(len(page.ids), len(set(page.ids)), page.ids)
        self.assertTrue(all(link.startswith("#") and link[1:] in page.ids for link in page.links), page.links)
        for _, attributes in page.tags:  # nothing is fetched; texts of the run may hold addresses
            for name, value in attributes.items():
                if name not in ("aria-label", "title"):
                    self.assertNotIn("//", value or "")
        style = "".join(data for tag, data in page.text if tag == "style")
        self.assertNotIn("url(", style)
        self.assertNotIn("@import", style)
        return page

    def test_the_curves_are_those_of_the_metrics(self):
        page = self.report(self.out)
        series = {}
        for line in json_lines(self.out / "metrics.jsonl"):
            for name, value in line.items():
                if name not in ("step", "wall_s", "clock"):
                    series.setdefault(name, {})[line["step"]] = value
        self.assertIn("objective/kl", series)
        self.assertEqual(set(series), set(page.charts))
        for name, values in series.items():
            self.assertEqual((six_digits(values), six_digits(values.values())), page.charts[name], name)

    def test_figures_of_the_nodes_and_texts_are_there(self):
        words = self.report(self.out, "--out", self.folder / "other.html").words()
        record = json.loads((self.out / "run.json").read_text())
        self.assertIn(record["machine"]["processor"], words)
        for node in record["nodes"]:
            self.assertIn(node["name"], words)
        for printed in json_lines(self.out / "printed.jsonl"):
            title = printed["lines"][1].split(None, 1)[1]
            self.assertIn(title, words)
        self.assertIn("mini_batch_size: 8", words)
        self.assertTrue((self.folder / "other.html").exists())

    def test_a_killed_run_and_one_with_no_record_have_a_page(self):
        killed = self.folder / "killed"
        shutil.copytree(self.out, killed)
        metrics = killed / "metrics.jsonl"
        metrics.write_bytes(metrics.read_bytes()[:-20])
        record = json.loads((killed / "run.json").read_text())
        record |= {"outcome": "running", "written": [], "waiting": [], "in_flight": []}
        (killed / "run.json").write_text(json.dumps(record))
        self.assertIn("it goes on, or it was killed", self.report(killed).words())
        (killed / "run.json").unlink()
        page = self.report(killed)
        self.assertEqual("1,2,3,4", page.charts["objective/kl"][0])

    def test_no_text_gets_out_of_its_place(self):
        rows = self.folder / "rows.jsonl"
        rows.write_text(json.dumps({"prompt": EVIL, EVIL: EVIL}) + "\n")
        graph = self.folder / "graph.yaml"
        graph.write_text(f"name: {json.dumps(EVIL)}\nnodes:\n  rows: {{type: data.jsonl, path: rows.jsonl, columns: \"prompt: str\"}}\n"
                         "  look: {type: sink.print, in: rows, width: 0}\n")
        out = self.folder / "evil"
        PROGRAM("run", graph, "--out", out)
        page = self.report(out)
        self.assertEqual(1, sum(tag == "script" for tag, _ in page.tags))
        self.assertFalse([a for tag, a in page.tags if tag == "img" or any(n.startswith("on") for n in a)])
        self.assertIn(EVIL, page.words())

    def test_a_chain_has_a_section_for_each_stage(self):
        chain = self.folder / "chain"
        for name, time in (("second", "2021-01-01"), ("first", "2020-01-01")):
            shutil.copytree(self.out, chain / name)
            record = json.loads((chain / name / "run.json").read_text()) | {"name": name, "started": time}
            (chain / name / "run.json").write_text(json.dumps(record))
        page = self.report(chain)
        self.assertEqual(["#stage1", "#stage2"], page.links)
        self.assertLess(page.words().index("first"), page.words().index("second"))
        self.assertTrue((chain / "report.html").exists())

    def test_a_folder_without_a_run_is_refused(self):
        empty = self.folder / "empty"
        empty.mkdir()
        for folder, message in ((empty, "holds no run (no graph.yaml); name the --out of a run"),
                                (self.folder / "none", "is no folder; name the --out of a run")):
            outcome = PROGRAM("report", folder, expected=1)
            self.assertIn(message, outcome.stderr)
        self.assertFalse((empty / "report.html").exists())
        missing = self.folder / "no/where.html"
        self.assertIn("is not there", PROGRAM("report", self.out, "--out", missing, expected=1).stderr)


if __name__ == "__main__":
    PROGRAM = Program(*sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
