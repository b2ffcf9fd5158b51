"""Times training steps of transformers, 4 x 512 tokens: peft's LoRA (r 16 on query and value) or all weights, AdamW."""
import torch

from common import options, parse, report
from training import measure, row


def make_model(chosen):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(chosen.model, torch_dtype=chosen.torch_dtype)
    if chosen.kind == "lora":
        model = get_peft_model(model, LoraConfig(
            r=16, lora_alpha=32, lora_dropout=0.05, bias="none", task_type="CAUSAL_LM", target_modules=["q_proj", "v_proj"]))
    return model.train()


def main():
    parser = options(__doc__)
    parser.add_argument("--kind", choices=["lora", "full"], default="lora")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--length", type=int, default=512)
    chosen = parse(parser)
    model = make_model(chosen)
    ids = torch.tensor([row(i, chosen.length, model.config.vocab_size) for i in range(chosen.rows)])
    adam = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-5)

    def step(_):
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        adam.zero_grad()
        return ids.numel()

    seconds, rate = measure(step)
    peer = "peft" if chosen.kind == "lora" else "transformers"
    report(peer, f"sft {chosen.kind} {chosen.rows}x{chosen.length}", chosen, seconds, tokens_per_second=round(rate, 1))


if __name__ == "__main__":
    main()
