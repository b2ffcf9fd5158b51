"""Logits, hidden states, log-probabilities and greedy text of the tiny model."""
import torch

from . import greedy, tiny
from .store import write_tensors

PROMPTS = ["The", "Question: How do I find bread in the market?\n\nAnswer:", "12 + 7", "Река", "You should keep it in "]


def logprobs(logits, ids):
    """Log-probability of each id after the first, [T - 1], from logits [T, V]."""
    return logits[:-1].log_softmax(-1).gather(1, ids[1:, None])[:, 0]


@torch.no_grad()
def record():
    model = tiny.model()
    golden = {}
    for index, sequence in enumerate(tiny.sequences()):
        ids = torch.tensor(sequence)
        out = model(ids[None], output_hidden_states=True)
        golden[f"sequence{index}.ids"] = ids
        golden[f"sequence{index}.logits"] = out.logits[0]
        golden[f"sequence{index}.hidden"] = out.hidden_states[-1][0]
        golden[f"sequence{index}.logprobs"] = logprobs(out.logits[0], ids)
    write_tensors("logits_tiny", golden)

    encode = tiny.tokenizer()
    continued = {}
    prompts = [encode(text, add_special_tokens=False).input_ids for text in PROMPTS]
    greedy.record_into(continued, model, prompts, new=24, least_margin=1e-3)
    write_tensors("greedy_tiny", continued)
