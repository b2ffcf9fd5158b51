"""Three AdamW steps on peft's LoRA: causal-LM cross-entropy over a fixed ragged batch, right-padded."""
import torch

from . import adapter, tiny
from .store import write_json, write_tensors

TEXTS = [
    "Answer: You should keep it with care.",
    "How do I paint a bicycle in the garden? 42",
    "Вода 今天 bread",
    "if (x == 0) { return -1; }",
]
RUNS = {"query_value": adapter.QUERY_VALUE, "all_linear": adapter.ALL_LINEAR}
LEARNING_RATE, WEIGHT_DECAY, STEPS = 1e-3, 0.01, 3


def batch():
    rows = [tiny.tokenizer()(text, add_special_tokens=False).input_ids for text in TEXTS]
    return {
        "input_ids": adapter.padded(rows, 0),
        "attention_mask": adapter.padded([[1] * len(row) for row in rows], 0),
        "labels": adapter.padded(rows, -100)}


def run(targets, seed):
    model = adapter.adapted(targets, seed)
    model.train()
    golden = adapter.weights(model, "initial/")
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    losses = []
    for step in range(STEPS):
        loss = model(**batch()).loss
        optimiser.zero_grad()
        loss.backward()
        if step == 0:
            golden |= adapter.gradients(model, "gradient/")
        optimiser.step()
        losses.append(loss.detach())
    return golden | adapter.weights(model, "final/") | {"losses": torch.stack(losses)} | batch()


def record():
    for seed, (name, targets) in enumerate(RUNS.items(), start=30):
        write_tensors(f"lora_{name}", run(targets, seed))
    write_json("lora", {
        "r": 4, "alpha": 8, "dropout": 0.0, "targets": RUNS, "optimiser": "AdamW", "learning_rate": LEARNING_RATE,
        "weight_decay": WEIGHT_DECAY, "betas": [0.9, 0.999], "epsilon": 1e-8, "steps": STEPS})
