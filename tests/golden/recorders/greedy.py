"""Greedy continuations, each prompt generated alone."""
import torch


@torch.no_grad()
def continuation(model, prompt, new, least_margin):
    """`new` ids that follow the list `prompt`, by transformers' generate, end-of-text not heeded, and at each step how far
    the best logit stood above the second. A margin under `least_margin` is refused: it would test rounding, not the model."""
    ids = torch.tensor([prompt])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=new, eos_token_id=None, pad_token_id=0,
        return_dict_in_generate=True, output_logits=True)
    best = torch.cat(out.logits).topk(2, dim=-1).values
    margins = best[:, 0] - best[:, 1]
    found = out.sequences[0, len(prompt):]
    assert len(found) == new
    assert margins.min() > least_margin, f"prompt of {len(prompt)} ids: margin {margins.min():.5f} at {int(margins.argmin())}"
    return found, margins


def record_into(golden, model, prompts, new, least_margin):
    for index, prompt in enumerate(prompts):
        found, margins = continuation(model, prompt, new, least_margin)
        golden[f"prompt{index}.ids"] = prompt
        golden[f"prompt{index}.continuation"] = found
        golden[f"prompt{index}.margins"] = margins
