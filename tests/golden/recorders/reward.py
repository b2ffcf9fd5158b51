"""The tiny LLaMA as a reward model: one score, read at the last real token of each sequence."""
import torch
from transformers import LlamaForSequenceClassification

from . import adapter, tiny
from .store import write_tensors


def model():
    config = tiny.config()
    config.num_labels = 1
    made = LlamaForSequenceClassification(config)
    made.model.load_state_dict(tiny.model().model.state_dict())
    made.score.weight.data = 0.3 * torch.randn(1, config.hidden_size, generator=torch.Generator().manual_seed(70))
    return made.eval()


@torch.no_grad()
def record():
    made = model()
    sequences = tiny.sequences()
    alone = torch.cat([made(torch.tensor([ids])).logits[:, 0] for ids in sequences])
    mask = adapter.padded([[1] * len(ids) for ids in sequences], 0)
    together = made(adapter.padded(sequences, 0), attention_mask=mask).logits[:, 0]
    assert torch.allclose(alone, together, atol=1e-5), "padding changed a score"
    golden = {f"sequence{index}.ids": ids for index, ids in enumerate(sequences)}
    write_tensors("reward", golden | {"score.weight": made.score.weight, "scores": alone})
