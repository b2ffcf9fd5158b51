"""The pure functions of TRL's PPO on made-up numbers: KL penalties, advantages, the loss and its gradients, controllers."""
from types import SimpleNamespace

import torch
from trl import PPOConfig, PPOTrainer
from trl.core import masked_mean, masked_var, masked_whiten
from trl.trainer.utils import AdaptiveKLController, RunningMoments

from .ppo import batch
from .ppo_trainer import Recorder
from .store import scalars, write_json, write_tensors

ROWS, LENGTH, SMALL_VOCABULARY = 4, 10, 11
SPANS = [(2, 7), (0, 10), (5, 6), (3, 9)]  # where each row's mask is 1
CONTROLLER = {"initial": 0.2, "target": 6.0, "horizon": 10000.0, "batch": 64}
OBSERVED_KL = [0.0, 3.0, 6.0, 6.6, 7.5, 40.0, -2.0, 5.9]
SCORE_BATCHES = [[1.5, -0.5, 0.25, 2.0, -1.25, 0.75], [8.0, 9.0, 7.5, 10.0, 6.0, 8.25], [-0.1, 0.2, 0.0, 0.1, -0.3, 0.4]]
SCORE_SETTINGS = {
    "scaled": dict(use_score_scaling=True),
    "normed": dict(use_score_scaling=True, use_score_norm=True),
    "clipped": dict(score_clip=1.0),
    "normed_clipped": dict(use_score_scaling=True, use_score_norm=True, score_clip=0.7),
}


class Stop(Exception):
    """Raised once the scores have been seen."""


class TensorMoments:
    """RunningMoments whose mean and std read as tensors. TRL 0.11.4 keeps them as floats and then calls `.to` on them, so its
    own score scaling stops with an AttributeError."""

    def __init__(self, moments):
        self.moments = moments
        self.update = moments.update

    mean = property(lambda self: torch.tensor(self.moments.mean))
    std = property(lambda self: torch.tensor(self.moments.std))


class ScoreReader(Recorder):
    """Goes through a PPO step as far as the scores' scaling, normalising and clipping."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.running = TensorMoments(self.running)

    def compute_rewards(self, scores, *_):
        self.seen = scores
        raise Stop


def mask():
    out = torch.zeros(ROWS, LENGTH, dtype=torch.int64)
    for row, (start, end) in enumerate(SPANS):
        out[row, start:end] = 1
    return out


def stand_in(**settings):
    """What PPOTrainer's methods read of `self`."""
    return SimpleNamespace(config=PPOConfig(**settings))


def kl_penalties(draw):
    full = draw(ROWS, LENGTH, SMALL_VOCABULARY).log_softmax(-1)
    reference_full = draw(ROWS, LENGTH, SMALL_VOCABULARY).log_softmax(-1)
    one, reference = full[..., 3], reference_full[..., 3]
    golden = {"full_logprobs": full, "full_ref_logprobs": reference_full, "logprobs": one, "ref_logprobs": reference}
    for kind in ("kl", "abs", "mse"):
        golden[kind] = PPOTrainer._kl_penalty(stand_in(kl_penalty=kind), one, reference)
    golden["full"] = PPOTrainer._kl_penalty(stand_in(kl_penalty="full"), full, reference_full)
    return {f"kl/{name}": value for name, value in golden.items()}


def advantages(draw):
    values, rewards = draw(ROWS, LENGTH), draw(ROWS, LENGTH)
    golden = {"values": values, "rewards": rewards, "mask": mask()}
    golden |= {
        "mean": masked_mean(values, mask()), "variance": masked_var(values, mask()),
        "biased_variance": masked_var(values, mask(), unbiased=False), "whitened": masked_whiten(values, mask()),
        "whitened_unshifted": masked_whiten(values, mask(), shift_mean=False)}
    for name, whiten in (("plain", False), ("whiten_rewards", True)):
        trainer = stand_in(gamma=0.99, lam=0.95, whiten_rewards=whiten)
        out = PPOTrainer.compute_advantages(trainer, values, rewards, mask())
        golden |= {f"{name}/{key}": value for key, value in zip(("values", "advantages", "returns"), out)}
    return {f"advantages/{name}": value for name, value in golden.items()}


def losses(draw):
    """Two cases: a plain one, and new log-probabilities so far above the old that the mean ratio passes the threshold."""
    old, values, new_values, returns, advantage = (draw(ROWS, LENGTH) for _ in range(5))
    logits = draw(ROWS, LENGTH, SMALL_VOCABULARY)
    drift = 0.4 * draw(ROWS, LENGTH)
    shared = {"old_logprobs": old, "values": values, "advantages": advantage, "returns": returns, "logits": logits, "mask": mask()}
    golden, stats = {f"loss/{name}": value for name, value in shared.items()}, {}
    for name, raised in (("plain", 0.0), ("over_threshold", 4.0)):
        new = (old + drift + raised).requires_grad_()
        predicted = (values + 0.3 * new_values).requires_grad_()
        policy, value, all_stats = PPOTrainer.loss(
            stand_in(), old, values, logits, predicted, new, mask(), advantage, returns)
        (policy + value).backward()
        golden |= {
            f"loss/{name}/logprobs": new, f"loss/{name}/value_predictions": predicted,
            f"loss/{name}/logprobs_gradient": new.grad, f"loss/{name}/value_predictions_gradient": predicted.grad}
        stats[name] = scalars(all_stats)
    return golden, stats


def running_moments():
    moments = RunningMoments(SimpleNamespace(use_distributed=False))
    steps = []
    for scores in SCORE_BATCHES:
        mean, deviation = moments.update(torch.tensor(scores))
        steps.append({
            "scores": scores, "batch_mean": mean, "batch_std": deviation, "mean": moments.mean, "std": moments.std,
            "var": moments.var, "count": moments.count})
    return steps


def scores_used(settings):
    """The scores that enter the rewards in three steps of one trainer."""
    reader = ScoreReader(batch_size=6, mini_batch_size=6, **settings)
    queries, responses, _ = batch(0)
    seen = []
    for scores in SCORE_BATCHES:
        try:
            reader.step(queries, responses, [torch.tensor(score) for score in scores])
        except Stop:
            seen.append(reader.seen.tolist())
    return {"settings": settings, "scores": seen}


def controller():
    adaptive = AdaptiveKLController(CONTROLLER["initial"], CONTROLLER["target"], CONTROLLER["horizon"])
    coefficients = []
    for kl in OBSERVED_KL:
        adaptive.update(kl, CONTROLLER["batch"])
        coefficients.append(float(adaptive.value))
    return CONTROLLER | {"kl": OBSERVED_KL, "coefficients": coefficients}


def record():
    source = torch.Generator().manual_seed(60)
    draw = lambda *shape: torch.randn(shape, generator=source)  # noqa: E731
    golden = kl_penalties(draw) | advantages(draw)
    tensors, stats = losses(draw)
    write_tensors("formulas", golden | tensors)
    write_json("formulas", {
        "loss": {"settings": {"cliprange": 0.2, "cliprange_value": 0.2, "vf_coef": 0.1, "ratio_threshold": 10.0}, "stats": stats},
        "advantages": {"gamma": 0.99, "lam": 0.95},
        "running_moments": running_moments(),
        "score_batches": SCORE_BATCHES,
        "scores_used": {name: scores_used(settings) for name, settings in SCORE_SETTINGS.items()},
        "adaptive_kl": controller()})
