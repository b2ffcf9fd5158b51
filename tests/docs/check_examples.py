"""Puts the example of every type, as `inspect` and docs/nodes show it, into a graph and has it checked.

Usage: check_examples.py PROGRAM SOURCE
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# What examples take from the graph around them, by the names that they use.
NODES = {
    "questions": "{type: data.stack_exchange, path: data/Posts.xml}",
    "prompts": "{type: text.prompt, in: questions, template: chatml}",
    "tokens": "{type: text.tokenize, in: prompts, tokenizer: policy.base}",
    "rollout": "{type: policy.generate, in: tokens, policy: policy}",
    "polite": "{type: reward.match, in: rollout, words: [please]}",
    "brevity": "{type: reward.length, in: rollout}",
    "scores": "{type: reward.length, in: rollout}",
    "kl": "{type: policy.kl, in: rollout, reference: policy.base}",
    "answers": "{type: data.stack_exchange, path: data/Posts.xml, emit: answers}",
    "texts": "{type: text.prompt, in: answers, template: question-answer, answer: answer}",
    "pieces": "{type: text.pack, in: texts, tokenizer: policy.base, seq_length: 64}",
    "pairs": "{type: data.stack_exchange, path: data/Posts.xml, emit: pairs}",
    "pair_tokens": "{type: text.pairs, in: pairs, tokenizer: policy.base}",
    "asked": "{type: text.tokenize, in: texts, tokenizer: policy.base}",
    "answered": "{type: text.tokenize, in: asked, column: answer, into: response_tokens, tokenizer: policy.base}",
}
RESOURCES = {
    "policy": "{type: llama.policy, checkpoint: models/model.gguf}",
    "judge": "{type: llama.reward, base: policy}",
}
# Words that stand for something else in the examples of these types.
OTHERWISE = {
    "policy.evaluate": {"answers": "answered"},
    "reward.evaluate": {"pairs": "pair_tokens"},
    "reward.update": {"pairs": "pair_tokens"},
}
FEEDBACK = {"ppo.update": "feedback: [{from: EXAMPLE.step, to: questions}]\n"}


def examples(source):
    """(type, kind, YAML behind the colon) of each example on the pages of docs/nodes."""
    for page in sorted(source.glob("docs/nodes/*.md")):
        for section in re.split(r"\n## ", page.read_text())[1:]:
            block = re.search(r"```yaml\n\w+: (.*?)```", section, re.DOTALL)
            name = section.splitlines()[0]
            value = block.group(1).strip() if block else ""
            for word, other in OTHERWISE.get(name, {}).items():
                value = re.sub(rf"\bin: {word}\b", f"in: {other}", value)
            yield name, "nodes" if re.search(r"\(node\)\n", section) else "resources", value


def graph(some, discard):
    """The examples under names of their own, with all that they name, and what those name."""
    parts = {"nodes": {}, "resources": {}}
    for name, kind, value in some:
        key = "example-" + name.replace(".", "-")
        parts[kind][key] = value
        if kind == "resources":  # something must use it
            parts["nodes"]["use-" + key] = f"{{type: text.tokenize, in: prompts, tokenizer: {key}}}"
    unseen = [value for entries in parts.values() for value in entries.values()]
    while unseen:
        for word in re.findall(r"[:{,\[]\s*(\w+)", unseen.pop()):
            for table, known in ("nodes", NODES), ("resources", RESOURCES):
                if word in known and word not in parts[table]:
                    parts[table][word] = known[word]
                    unseen.append(known[word])
    text = "".join(FEEDBACK.get(name, "").replace("EXAMPLE", "example-" + name.replace(".", "-")) for name, _, _ in some)
    for table, entries in parts.items():
        text += f"{table}:\n" + "".join(f"  {key}: {value}\n" for key, value in entries.items()) if entries else ""
    return text + (f"discard: [{', '.join(discard)}]\n" if discard else "")


def problems(program, file, some):
    discard = []
    for _ in range(2):  # what is left unused is discarded the second time
        file.write_text(graph(some, discard))
        outcome = subprocess.run([program, "check", file, "--format", "json"], capture_output=True, text=True)
        found = json.loads(outcome.stdout)["diagnostics"]
        discard = [problem["message"].split("'")[1] for problem in found if problem["code"] == "A0153"]
        if not discard:
            break
    lines = file.read_text().splitlines()
    return [f"{one['message']}: {lines[one['line'] - 1].strip()}" for one in found] or [outcome.stderr] * outcome.returncode


def main():
    program, source = sys.argv[1], Path(sys.argv[2])
    os.environ.pop("ANABRANCH_PLUGIN_PATH", None)
    found = list(examples(source))
    failures = [f"{name} has no example" for name, _, value in found if not value]
    # One node writes a resource: what trains gets a graph of its own.
    groups = [[one] for one in found if one[0].endswith(".update")]
    groups.append([one for one in found if one[2] and [one] not in groups])
    with tempfile.TemporaryDirectory() as folder:
        for some in groups:
            failures += problems(program, Path(folder, "examples.yaml"), some)
    print("\n".join(failures) or f"{len(found)} examples pass the check")
    return 1 if failures or len(groups[-1]) < 20 else 0


sys.exit(main())
