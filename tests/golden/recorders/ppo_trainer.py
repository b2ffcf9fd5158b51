"""TRL's PPOTrainer on the tiny model, with everything that it computes on the way kept."""
import numpy as np
import torch
from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer

from . import adapter, tiny
from .store import scalars


def value_head(seed):
    source = torch.Generator().manual_seed(seed)
    hidden = tiny.config().hidden_size
    return 0.2 * torch.randn(1, hidden, generator=source), 0.1 * torch.randn(1, generator=source)


class Recorder(PPOTrainer):
    """A trainer whose `kept` holds tensors and whose `minibatches` holds the statistics of each update, per step."""

    def __init__(self, seed=40, scale=0.1, **settings):
        config = PPOConfig(log_with=None, **settings)
        lora = adapter.lora_config(adapter.QUERY_VALUE, dropout=0.05)
        model = AutoModelForCausalLMWithValueHead.from_pretrained(tiny.model(), peft_config=lora)
        adapter.fill(model, seed, scale)
        model.v_head.summary.weight.data, model.v_head.summary.bias.data = value_head(seed + 1)
        super().__init__(config, model, ref_model=None, tokenizer=tiny.tokenizer())
        self.optimizer.optimizer.register_step_pre_hook(self.keep_first_gradient)

    def weights(self, prefix):
        """The adapter and the value head, as peft and TRL name them when they save them."""
        head = {f"{prefix}v_head.{name}": value.clone() for name, value in self.model.v_head.state_dict().items()}
        return adapter.weights(self.model.pretrained_model, prefix) | head

    def keep_first_gradient(self, *_):
        if not self.minibatches:
            adapted, head = self.model.pretrained_model, self.model.v_head.named_parameters()
            self.kept |= adapter.gradients(adapted, "first_gradient/")
            self.kept |= {f"first_gradient/v_head.{name}": value.grad.clone() for name, value in head}

    def step(self, *inputs):
        self.kept, self.minibatches = {}, []
        draw, drawn = np.random.permutation, []

        def keeping(count):
            drawn.append(draw(count))
            return drawn[-1]

        np.random.permutation = keeping
        try:
            stats = super().step(*inputs)
        finally:
            np.random.permutation = draw
        self.kept["permutations"] = np.stack(drawn)
        self.kept["kl_dist"] = stats["objective/kl_dist"]
        return scalars(stats)

    def compute_rewards(self, scores, logprobs, ref_logprobs, masks):
        rewards, non_score, kls = super().compute_rewards(scores, logprobs, ref_logprobs, masks)
        self.kept |= {
            "scores_used": scores, "logprobs": logprobs, "ref_logprobs": ref_logprobs, "mask": masks, "rewards": rewards, "kl": kls}
        return rewards, non_score, kls

    def compute_advantages(self, values, rewards, mask):
        out = super().compute_advantages(values, rewards, mask)
        self.kept |= dict(zip(("values", "advantages", "returns"), out))
        return out

    def train_minibatch(self, *inputs):
        stats = super().train_minibatch(*inputs)
        ratio, mask = stats["policy/ratio"], inputs[5]
        self.minibatches.append(scalars(stats) | {"mean_ratio": float((ratio * mask).sum() / mask.sum())})
        return stats
