"""Validates shipped graphs and the examples of all types against the schema. Usage: check_schema.py PROGRAM SOURCE"""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

try:
    from jsonschema import Draft7Validator
    from ruamel.yaml import YAML  # reads YAML 1.2, as the program does: 1e-5 is a number
except ImportError:
    checks = f"{sys.argv[2]}/.cache/checks/bin/python"
    if os.path.exists(checks) and sys.executable != checks:
        os.execv(checks, [checks, *sys.argv])
    print("skipped: needs the Python packages jsonschema and ruamel.yaml; `.ci/setup checks` installs them")
    sys.exit(77)

LINE = "# yaml-language-server: $schema="


def read(text):
    return YAML(typ="safe", pure=True).load(text)


def problems(validator, value):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(value)]


def wrong_graphs(good):
    """Graphs with one slip each, which an editor must underline."""

    def slip(what, change):
        graph = copy.deepcopy(good)
        change(graph)
        return what, graph

    nodes = lambda graph: graph["nodes"]
    yield slip("an unknown key", lambda graph: graph.update(noeds={}))
    yield slip("an unknown type", lambda graph: nodes(graph)["questions"].update(type="data.stackexchange"))
    yield slip("an unknown parameter", lambda graph: nodes(graph)["questions"].update(pth="x"))
    yield slip("a missing parameter", lambda graph: nodes(graph)["questions"].pop("path"))
    yield slip("a text for a number", lambda graph: nodes(graph)["questions"].update(batch="8"))
    yield slip("a number out of range", lambda graph: nodes(graph)["questions"].update(batch=0))
    yield slip("no such choice", lambda graph: nodes(graph)["questions"].update(split="test"))
    yield slip("an input too many", lambda graph: nodes(graph)["prompts"].update({"in": {"in": "questions", "b": "x"}}))
    yield slip("no type", lambda graph: nodes(graph)["prompts"].pop("type"))
    yield slip("a name with a dot", lambda graph: nodes(graph).update({"a.b": nodes(graph)["prompts"]}))
    yield slip("no credits", lambda graph: graph.update(feedback=[{"from": "a", "to": "b", "credits": 0}]))


def examples(page):
    """(kind, type, YAML) of each example on a page of docs/nodes."""
    for section in re.split(r"\n## ", page.read_text())[1:]:
        block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
        if block:
            kind = "nodes" if re.search(r"\(node\)\n", section) else "resources"
            yield kind, section.splitlines()[0], block.group(1)


def main() -> int:
    program, source = sys.argv[1], Path(sys.argv[2])
    environment = {name: value for name, value in os.environ.items() if name != "ANABRANCH_PLUGIN_PATH"}
    schema = json.loads(subprocess.run([program, "schema"], check=True, env=environment, capture_output=True).stdout)
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    failures = []
    for graph in sorted(source.glob("graphs/**/*.yaml")):
        text = graph.read_text()
        named = [line[len(LINE) :].strip() for line in text.splitlines() if line.startswith(LINE)]
        if not named or (graph.parent / named[0]).resolve() != (source / "docs/graph.schema.json").resolve():
            failures.append(f"{graph}: has no line {LINE}... that leads to docs/graph.schema.json")
        failures += [f"{graph}: {problem}" for problem in problems(validator, read(text))]
    for page in sorted(source.glob("docs/nodes/*.md")):
        for kind, name, text in examples(page):
            value = read(text)
            value = value if isinstance(value, dict) and ("nodes" in value or "resources" in value) else {kind: value}
            failures += [f"example of {name}: {problem}" for problem in problems(validator, value)]
    good = read((source / "graphs/look_at_data.yaml").read_text())
    for what, graph in wrong_graphs(good):
        if not problems(validator, graph):
            failures.append(f"the schema lets pass: {what}")
    for name, definition in schema["definitions"].items():
        for key, value in definition.get("properties", {}).items():
            if " " in name and not value.get("description"):
                failures.append(f"{name}: {key} has no hover text")
    print("\n".join(failures) or "all graphs and examples fit the schema")
    return 1 if failures else 0


sys.exit(main())
