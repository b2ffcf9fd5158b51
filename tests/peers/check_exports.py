"""Exports what a short run trained and opens it with transformers, peft and llama.cpp: all must say what Anabranch says.

    python tests/peers/check_exports.py --program build/bin/anabranch

For each model: two steps of graphs/ppo_words.yaml, then the log-probabilities of recorded responses and the scores of a reward model (the
trained adapter with a score head of random numbers), by Anabranch itself and by each program from each exported form; and the ids that the
exported tokenizers give for the recorded texts. Prints a table and ends with 1 when something is further away than its bound.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
warnings.filterwarnings("ignore")

import llama_cpp
import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

PROJECT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = PROJECT / "tests" / "golden" / "data"
MODELS = {
    "tiny": (GOLDEN / "tiny.gguf", "tokenizer_tiny.json"),
    "SmolLM2-135M": (PROJECT / "graphs" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf", "tokenizer_smollm2.json"),
}
BOUND = 1e-3  # of log-probabilities and scores, in float32; half types are printed for information
TRAINING = ["steps=2", "nodes.questions.batch=8", "nodes.rollout.max_new_tokens=8", "nodes.update.lr=0.01"]
ROWS = 12

OURS = """name: ours
resources:
  policy: {{type: llama.policy, checkpoint: {base}, adapter: {adapter}, dtype: float32}}
  judge: {{type: llama.reward, checkpoint: {base}, adapter: {adapter}, head: {head}, dtype: float32}}
nodes:
  rows: {{type: data.jsonl, path: {rows}, columns: "prompt_tokens: i64[~P], response_tokens: i64[~R]", batch: 4}}
  said: {{type: policy.evaluate, in: rows, policy: policy}}
  scored: {{type: reward.model, in: said, model: judge}}
  written: {{type: sink.jsonl, in: scored, path: {out}, columns: [logprobs, score]}}
"""


class Report:
    def __init__(self):
        self.failed = False

    def line(self, model, form, program, what, value, ok):
        self.failed = self.failed or not ok
        print(f"{model:13} {form:22} {program:13} {what:26} {value:>10} {'' if ok else '  TOO FAR'}", flush=True)

    def distance(self, model, form, program, what, one, other, bound=BOUND):
        value = max((a - b).abs().max().item() for a, b in zip(one, other, strict=True))
        self.line(model, form, program, what, f"{value:.1e}", value <= bound)


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} {' '.join(map(str, arguments))}\nended with {done.returncode}:\n{done.stderr}")


def rows_of(cases):
    """Prompts and responses from the recorded texts' ids, of many lengths."""
    ids = [case["ids"] for case in cases if 6 <= len(case["ids"]) <= 80]
    return [(row[: len(row) // 2], row[len(row) // 2:]) for row in ids[:: max(1, len(ids) // ROWS)][:ROWS]]


def response_logprobs(logits, prompt, response):
    said = torch.log_softmax(logits.float(), -1)
    return said[len(prompt) - 1: len(prompt) + len(response) - 1].gather(1, torch.tensor(response)[:, None])[:, 0]


def hf_logprobs(model, rows):
    with torch.no_grad():
        return [response_logprobs(model(torch.tensor([p + r])).logits[0], p, r) for p, r in rows]


def hf_scores(model, rows):
    with torch.no_grad():
        return [torch.stack([model(torch.tensor([p + r])).logits[0, 0] for p, r in rows])]


def llama_cpp_model(path):
    # The cache in float32, or its rounding is all that is seen.
    return llama_cpp.Llama(str(path), n_ctx=256, logits_all=True, n_threads=2, verbose=False, type_k=0, type_v=0)


def llama_cpp_logprobs(model, rows):
    found = []
    for prompt, response in rows:
        model.reset()
        model.eval(prompt + response)
        logits = torch.tensor(model.scores[: len(prompt) + len(response)].copy())
        found.append(response_logprobs(logits, prompt, response))
    return found


def check_tokenizer(report, name, form, program, encode, cases):
    wrong = [case["text"] for case in cases if encode(case["text"]) != case["ids"]]
    for text in wrong[:3]:
        print(f"    cut otherwise: {text!r}")
    report.line(name, form, program, f"texts cut alike, of {len(cases)}", len(cases) - len(wrong), not wrong)


def load(kind, path, **more):
    model, said = kind.from_pretrained(path, output_loading_info=True, torch_dtype="auto", **more)
    problems = {key: value for key, value in said.items() if value}
    if problems:
        sys.exit(f"{path}: transformers found {problems}")
    return model.eval()


def check_model(report, program, name, base, cases, work):
    rows = rows_of(cases)
    (work / "rows.jsonl").write_text(
        "".join(json.dumps({"prompt_tokens": p, "response_tokens": r}) + "\n" for p, r in rows))
    trained = work / "trained"
    settings = [f"resources.policy.checkpoint={base}", *TRAINING]
    run(program, "run", PROJECT / "graphs" / "ppo_words.yaml", "--out", trained, *[a for s in settings for a in ("--set", s)])
    adapter = trained / "resources" / "policy"
    width = load_file(adapter / "value_head.safetensors")["v_head.summary.weight"].shape[1]
    torch.manual_seed(1)
    save_file({"score.weight": torch.randn(1, width) / width**0.5}, work / "head.safetensors")
    graph = OURS.format(base=base, adapter=adapter, head=work / "head.safetensors", rows=work / "rows.jsonl", out=work / "ours.jsonl")
    (work / "ours.yaml").write_text(graph)
    run(program, "run", work / "ours.yaml", "--out", work / "ours")
    lines = [json.loads(line) for line in (work / "ours.jsonl").read_text().splitlines()]
    logprobs = [torch.tensor(line["logprobs"]) for line in lines]
    scores = [torch.tensor([line["score"] for line in lines])]

    def export(form, *arguments, source=trained):
        run(program, "export", source, "--out", work / form, *arguments)
        return work / form

    base_folder = export("base", "--format", "hf", "--resource", "policy.base")
    model = load(transformers.AutoModelForCausalLM, base_folder)
    moved = max((a - b).abs().max().item() for a, b in zip(hf_logprobs(model, rows), logprobs, strict=True))
    report.line(name, "base", "transformers", "logprobs, before training", f"{moved:.1e}", moved > 10 * BOUND)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base_folder)
    check_tokenizer(report, name, "base", "transformers", lambda text: tokenizer(text, add_special_tokens=False)["input_ids"], cases)
    folder = export("adapter", "--format", "hf")
    report.distance(name, "adapter", "peft", "logprobs", hf_logprobs(peft.PeftModel.from_pretrained(model, folder).eval(), rows), logprobs)
    folder = export("merged", "--format", "hf", "--merge")
    report.distance(name, "merged", "transformers", "logprobs", hf_logprobs(load(transformers.AutoModelForCausalLM, folder), rows), logprobs)
    folder = export("merged bfloat16", "--format", "hf", "--merge", "--dtype", "bfloat16")
    report.distance(name, "merged bfloat16", "transformers", "logprobs",
                    hf_logprobs(load(transformers.AutoModelForCausalLM, folder).float(), rows), logprobs, 1)

    for dtype, bound in (("float32", BOUND), ("float16", 1), ("bfloat16", 1)):
        opened = llama_cpp_model(export(f"{dtype}.gguf", "--format", "gguf", "--dtype", dtype))
        report.distance(name, f"gguf {dtype}", "llama.cpp", "logprobs", llama_cpp_logprobs(opened, rows), logprobs, bound)
    check_tokenizer(report, name, "gguf", "llama.cpp", lambda text: opened.tokenize(text.encode(), add_bos=False, special=True), cases)

    classifier = transformers.AutoModelForSequenceClassification
    folder = export("judge merged", "--format", "hf", "--merge", "--resource", "judge", source=work / "ours")
    report.distance(name, "reward, merged", "transformers", "scores", hf_scores(load(classifier, folder), rows), scores)
    folder = export("judge adapter", "--format", "hf", "--resource", "judge", source=work / "ours")
    model = classifier.from_pretrained(base_folder, num_labels=1, pad_token_id=0)
    report.distance(name, "reward, adapter", "peft", "scores", hf_scores(peft.PeftModel.from_pretrained(model, folder).eval(), rows), scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=PROJECT / "build" / "bin" / "anabranch", help="the built anabranch")
    parser.add_argument("--model", action="append", choices=MODELS, help="only this one; may be repeated")
    chosen = parser.parse_args()
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}, "
          f"llama-cpp-python {llama_cpp.__version__}")
    report = Report()
    for name in chosen.model or MODELS:
        base, recorded = MODELS[name]
        if not base.exists():
            print(f"{name}: skipped, {base} is absent; `make setup` fetches it")
            continue
        cases = json.loads((GOLDEN / recorded).read_text())["cases"]
        with tempfile.TemporaryDirectory() as work:
            check_model(report, str(chosen.program), name, base, cases, pathlib.Path(work))
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
