"""Training a reward model: peft's LoRA and the score head in full, on ragged pairs, by the loss of TRL's RewardTrainer."""
import types

import torch
from peft import LoraConfig, get_peft_model
from trl import RewardTrainer

from . import adapter, reward, tiny, training
from .store import write_json, write_tensors

SETTINGS = {
    "learning_rate": 2e-3, "weight_decay": 0.1, "schedule": "linear", "warmup_steps": 0, "total_steps": 6, "steps": 3,
    "max_grad_norm": 1.0}
LENGTHS_J, LENGTHS_K = [9, 4, 17, 6], [5, 12, 3, 6]
MARGINS = [0.5, 0.0, 1.0, 0.25]
RUNS = {"plain": {"margin": False, "center": None}, "margin_center": {"margin": True, "center": 0.05}}


def model():
    made = reward.model()
    made.config.pad_token_id = 0
    config = LoraConfig(
        r=4, lora_alpha=8, lora_dropout=0.0, bias="none", task_type="SEQ_CLS", target_modules=adapter.QUERY_VALUE)
    made = get_peft_model(made, config)
    adapter.fill(made, 91)
    return made.train()


def sides():
    source = torch.Generator().manual_seed(90)
    draw = lambda lengths: [torch.randint(3, tiny.VOCABULARY, (n,), generator=source).tolist() for n in lengths]  # noqa: E731
    return draw(LENGTHS_J), draw(LENGTHS_K)


def named(made, prefix):
    """Adapter as peft saves it; the head by its plain name."""
    kept = {name: value for name, value in adapter.weights(made, prefix).items() if "lora_" in name}
    return kept | {prefix + "score.weight": made.base_model.model.score.modules_to_save["default"].weight.detach().clone()}


def run(margin, center):
    made = model()
    golden = named(made, "initial/")
    batch = {}
    for name, rows in zip(("chosen", "rejected"), sides()):
        batch[f"input_ids_{name}"] = adapter.padded(rows, 0)
        batch[f"attention_mask_{name}"] = adapter.padded([[1] * len(row) for row in rows], 0)
    if margin:
        batch["margin"] = torch.tensor(MARGINS)[:, None]
    trainer = types.SimpleNamespace(
        use_reward_data_collator=True, args=types.SimpleNamespace(center_rewards_coefficient=center))

    def losses(step):
        loss, scores = RewardTrainer.compute_loss(trainer, made, batch, return_outputs=True)
        if step == 0:
            golden["scores_j"], golden["scores_k"] = scores["rewards_chosen"][:, 0], scores["rewards_rejected"][:, 0]
        yield loss

    lines = training.train(made, SETTINGS, losses)
    golden["margins"] = MARGINS
    for side, rows in zip("jk", sides()):
        golden |= {f"{side}{index}": row for index, row in enumerate(rows)}
    return golden | named(made, "final/"), lines


def record():
    logs = []
    for name, options in RUNS.items():
        golden, lines = run(**options)
        write_tensors(f"reward_{name}", golden)
        logs.append({"name": name, **options, "log": lines})
    write_json("reward_training", {**SETTINGS, "lora": {"r": 4, "alpha": 8, "targets": adapter.QUERY_VALUE}}, ("runs", logs))
