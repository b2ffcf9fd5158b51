"""The trace of a run: whole JSON, also after a kill, spans that nest, times that add up to those of run.json.

Usage: trace_test.py ANABRANCH PROJECT
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections import defaultdict
from pathlib import Path

from runs import Program

PROGRAM = None  # from the command line


class Trace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.out = Path(folder.name) / "run"
        PROGRAM(*PROGRAM.ppo_arguments(cls.out, 4), "--trace", "--workers", "2", "--set", "feedback.0.credits=2")
        cls.events = json.loads((cls.out / "trace.json").read_text())
        cls.record = json.loads((cls.out / "run.json").read_text())
        cls.spans = [event for event in cls.events if event["ph"] == "X"]

    def test_bodies_add_up_to_the_seconds_of_the_nodes(self):
        for node in self.record["nodes"]:
            own = [e for e in self.spans if e["name"] == node["name"] and e["cat"] in ("process", "flush")]
            calls = [e for e in own if e["cat"] == "process"]
            # A source is asked once more, to say that its data are over, or not at all with `steps`.
            self.assertIn(len(calls) - node["calls"], (0, 1), node)
            self.assertAlmostEqual(node["seconds"], sum(e["dur"] for e in own) / 1e6, delta=1e-6 * (1 + len(own)))

    def test_waits_add_up_too(self):
        total = defaultdict(float)
        for event in self.events:
            if event.get("cat") == "wait" and event["ph"] in "be":
                sign = -1 if event["ph"] == "b" else 1
                total[event["name"]] += sign * event["ts"] / 1e6
        self.assertIn("rollout", total)
        for node in self.record["nodes"]:
            wait = sum(node[part] for part in ("wait_itself", "wait_resources", "wait_worker"))
            self.assertAlmostEqual(wait, total[node["name"]], delta=1e-5)

    def test_spans_of_a_thread_do_not_overlap_unless_one_holds_the_other(self):
        threads = defaultdict(list)
        for event in self.spans:
            self.assertGreaterEqual(event["dur"], 0)
            threads[event["tid"]].append((event["ts"], event["ts"] + event["dur"], event["name"]))
        slack = 0.002  # times are rounded to a nanosecond
        for spans in threads.values():
            open_spans = []
            for begin, end, name in sorted(spans, key=lambda span: (span[0], -span[1])):
                while open_spans and open_spans[-1] <= begin + slack:
                    open_spans.pop()
                for outer in open_spans:
                    self.assertLessEqual(end, outer + slack, name)
                open_spans.append(end)

    def test_every_arrow_has_a_start_and_an_end_within_spans(self):
        ends = {kind: {e["id"]: e for e in self.events if e["ph"] == kind} for kind in "sf"}
        self.assertEqual(set(ends["s"]), set(ends["f"]))
        self.assertTrue(ends["s"])
        for kind in "sf":
            for event in ends[kind].values():
                inside = [s for s in self.spans if s["tid"] == event["tid"] and s["ts"] <= event["ts"] <= s["ts"] + s["dur"]]
                self.assertTrue(inside, event)
        for arrow, start in ends["s"].items():
            self.assertLessEqual(start["ts"], ends["f"][arrow]["ts"])

    def test_counters_steps_and_names(self):
        counts = [e["args"]["packets"] for e in self.events if e["ph"] == "C" and e["name"] == "in flight: questions"]
        (mark,) = self.record["in_flight"]
        self.assertTrue(counts)
        self.assertLessEqual(max(counts), mark["packets"])
        steps = [e for e in self.events if e["ph"] == "i"]
        self.assertEqual([f"step {n}" for n in range(1, 5)], [e["name"] for e in steps])
        self.assertIn("objective/kl", steps[0]["args"])
        names = {e["args"]["name"] for e in self.events if e["ph"] == "M"}
        self.assertIn("ppo_words", names)
        self.assertIn("thread 1", names)
        self.assertTrue(any(e["name"].startswith("loading policy") for e in self.spans))

    def test_a_killed_run_leaves_whole_events(self):
        out = self.out.parent / "killed"
        command = [PROGRAM.anabranch, *map(str, PROGRAM.ppo_arguments(out, 100000)), "--trace"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
            trace = out / "trace.json"
            if trace.exists() and b'"step 3"' in trace.read_bytes():
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = (out / "trace.json").read_text()
        self.assertNotIn("\n]", text)
        self.assertIn("step 3", [event["name"] for event in json.loads(text + "]")])


if __name__ == "__main__":
    PROGRAM = Program(*sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
