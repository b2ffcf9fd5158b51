"""The event files of a run, read by TensorBoard's own reader, say what metrics.jsonl, printed.jsonl and graph.yaml say.

Usage: tensorboard_test.py ANABRANCH PROJECT. Ends with 77 when tensorboard is not installed.
"""

import struct
import sys
import tempfile
from pathlib import Path

from runs import Program, json_lines

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    print("skipped: tensorboard is not installed; .ci/setup checks installs it into .cache/checks")
    sys.exit(77)


def as_float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def text_of(event):
    (text,) = event.tensor_proto.string_val
    lines = text.decode().split("\n")
    assert lines.pop() == "" and all(line.startswith("    ") for line in lines), text
    return [line[4:] for line in lines]


def main():
    program = Program(*sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        program(*program.ppo_arguments(out, 3))
        (file,) = (out / "tensorboard").iterdir()
        assert file.name.startswith("events.out.tfevents."), file
        events = EventAccumulator(str(out / "tensorboard"), size_guidance={"scalars": 0, "tensors": 0})
        events.Reload()

        expected = {}
        for line in json_lines(out / "metrics.jsonl"):
            for name, value in line.items():
                if name not in ("step", "wall_s", "clock"):
                    expected.setdefault(name, []).append((line["step"], as_float32(value)))
        found = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
        assert "objective/kl" in found and len(found["objective/kl"]) == 3, found
        assert found == expected, (found, expected)

        printed = [(line["step"], line["lines"]) for line in json_lines(out / "printed.jsonl")]
        assert len(printed) == 3, printed
        assert [(e.step, text_of(e)) for e in events.Tensors("samples")] == printed
        (graph,) = events.Tensors("graph")
        assert text_of(graph) == (out / "graph.yaml").read_text().splitlines()

        program(*program.ppo_arguments(out, 1), "--no-tensorboard")
        assert not (out / "tensorboard").exists()
    print(f"{sum(map(len, found.values()))} values of {len(found)} metrics, {len(printed)} texts: as the run gave them")


main()
