"""Supervised fine-tuning of the tiny model by transformers and peft: in full on pieces of one length, and LoRA on rows of which only
the answer counts. Every step is two microbatches, weighted by their tokens."""
import torch

from . import adapter, tiny, training
from .store import write_json, write_tensors

FULL = {
    "learning_rate": 2e-3, "weight_decay": 0.05, "schedule": "cosine", "warmup_steps": 2, "total_steps": 8, "steps": 6,
    "max_grad_norm": 1.0}
ANSWER = {
    "learning_rate": 5e-3, "weight_decay": 0.1, "schedule": "linear", "warmup_steps": 1, "total_steps": 4, "steps": 4,
    "max_grad_norm": 100.0}
SCHEDULES = [("constant", 0, 10), ("constant_with_warmup", 3, 10), ("linear", 0, 7), ("linear", 3, 10), ("cosine", 0, 8),
             ("cosine", 4, 9), ("linear", 5, 5)]
ANSWERS = [
    ("Question: How do I paint the lamp?\n\nAnswer:", " With green tea."),
    ("Question: 12?\n\nAnswer:", " You should measure two chairs, then keep them in the garden."),
    ("if (x == 0)", " { return -1; }"),
    ("Вода", " 今天"),
]
PIECES, LENGTH = 8, 24


def micro_losses(model, microbatches):
    """transformers' own loss, its sum over a microbatch divided by the tokens of the whole step that count."""
    count = sum(int((batch["labels"][:, 1:] != -100).sum()) for batch in microbatches)
    return (model(**batch, num_items_in_batch=count).loss for batch in microbatches)


def full():
    model = tiny.model().train()
    ids = torch.randint(3, tiny.VOCABULARY, (PIECES, LENGTH), generator=torch.Generator().manual_seed(80))
    halves = [{"input_ids": half, "labels": half} for half in ids.chunk(2)]
    with torch.no_grad():
        before = model(input_ids=ids, labels=ids).loss
    lines = training.train(model, FULL, lambda step: micro_losses(model, halves))
    with torch.no_grad():
        after = model(input_ids=ids, labels=ids).loss
    weights = {f"final/{name}": value.clone() for name, value in model.named_parameters()}
    write_tensors("sft_full", weights | {"input_ids": ids, "before": before, "after": after})
    return lines


def answer():
    model = adapter.adapted(adapter.QUERY_VALUE, seed=81)
    model.train()
    golden = adapter.weights(model, "initial/")
    prompts = [tiny.tokenizer()(prompt, add_special_tokens=False).input_ids for prompt, _ in ANSWERS]
    responses = [tiny.tokenizer()(response, add_special_tokens=False).input_ids for _, response in ANSWERS]
    rows = [prompt + response for prompt, response in zip(prompts, responses)]
    labels = [[-100] * len(prompt) + response for prompt, response in zip(prompts, responses)]
    batch = {
        "input_ids": adapter.padded(rows, 0), "attention_mask": adapter.padded([[1] * len(row) for row in rows], 0),
        "labels": adapter.padded(labels, -100)}
    halves = [{key: value[half] for key, value in batch.items()} for half in (slice(0, 2), slice(2, 4))]
    lines = training.train(model, ANSWER, lambda step: micro_losses(model, halves))
    write_tensors("sft_answer", golden | adapter.weights(model, "final/") | batch)
    return lines


def record():
    runs = [{"name": "full", **FULL, "log": full()}, {"name": "answer", **ANSWER, "log": answer()}]
    schedules = [
        {"name": name, "warmup_steps": warmup, "total_steps": total, "factors": training.factors(name, warmup, total, total + 2)}
        for name, warmup, total in SCHEDULES]
    write_json("sft", {"runs": runs, "lora": {"r": 4, "alpha": 8, "targets": adapter.QUERY_VALUE}}, ("schedules", schedules))
