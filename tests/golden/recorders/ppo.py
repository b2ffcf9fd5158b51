"""Two consecutive PPO steps of TRL 0.11.4 on the tiny model: Adam's state and the KL coefficient carry over."""
import dataclasses

import torch

from . import tiny
from .ppo_trainer import Recorder
from .store import write_json, write_tensors

SETTINGS = dict(
    batch_size=6, mini_batch_size=2, gradient_accumulation_steps=1, ppo_epochs=2, learning_rate=1e-3, init_kl_coef=0.2,
    adap_kl_ctrl=True, target=6, horizon=10000, seed=7)
QUERY_LENGTHS = [[5, 9, 4, 7, 3, 8], [6, 4, 8, 5, 9, 3]]
RESPONSE_LENGTHS = [[7, 4, 9, 1, 6, 8], [3, 8, 5, 9, 2, 7]]
SCORES = [[1.5, -0.5, 0.25, 2.0, -1.25, 0.75], [0.5, 1.0, -2.0, 0.0, 3.0, -0.75]]


def batch(step):
    """Ragged queries and responses. Padding (0) and end-of-text (2) stand inside two responses: only true lengths may count."""
    source = torch.Generator().manual_seed(50 + step)
    draw = lambda length: torch.randint(3, tiny.VOCABULARY, (length,), generator=source)  # noqa: E731
    queries = [draw(length) for length in QUERY_LENGTHS[step]]
    responses = [draw(length) for length in RESPONSE_LENGTHS[step]]
    responses[0][-1] = 2
    responses[2][3:5] = 0
    return queries, responses, [torch.tensor(score) for score in SCORES[step]]


def settings(trainer):
    """Every parameter of the trainer that enters the maths."""
    names = [
        "learning_rate", "batch_size", "mini_batch_size", "gradient_accumulation_steps", "ppo_epochs", "adap_kl_ctrl",
        "init_kl_coef", "kl_penalty", "target", "horizon", "gamma", "lam", "cliprange", "cliprange_value", "vf_coef",
        "max_grad_norm", "early_stopping", "target_kl", "ratio_threshold", "use_score_scaling", "use_score_norm", "score_clip",
        "whiten_rewards"]
    config = dataclasses.asdict(trainer.config)
    return {name: config[name] for name in names}


def record():
    trainer = Recorder(**SETTINGS)
    golden = trainer.weights("initial/")
    steps = []
    for step in range(2):
        queries, responses, scores = batch(step)
        stats = trainer.step(queries, responses, scores)
        tensors = trainer.kept | {"scores": torch.stack(scores)}
        tensors |= {f"query{row}": ids for row, ids in enumerate(queries)}
        tensors |= {f"response{row}": ids for row, ids in enumerate(responses)}
        golden |= {f"step{step}/{name}": value for name, value in tensors.items()}
        golden |= trainer.weights(f"step{step}/final/")
        steps.append({"stats": stats, "minibatches": trainer.minibatches, "kl_coefficient_after": float(trainer.kl_ctl.value)})
    write_tensors("ppo", golden)
    lora = {"r": 4, "alpha": 8, "dropout": 0.05, "targets": ["q_proj", "v_proj"]}
    write_json("ppo", {"settings": settings(trainer), "lora": lora}, ("steps", steps))
