"""Times training steps of a reward model in transformers and peft (LoRA r 8, score head in full) on ragged pairs: both sides padded
to the longest of the batch, one forward each, as the recipe's collator and loss do it."""
import torch

from common import options, parse, report
from training import measure, row


def make_model(chosen):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(chosen.model, num_labels=1, torch_dtype=chosen.torch_dtype)
    model.config.pad_token_id = 0
    model = get_peft_model(model, LoraConfig(
        r=8, lora_alpha=32, lora_dropout=0.1, bias="none", task_type="SEQ_CLS", target_modules=["q_proj", "v_proj"]))
    return model.train()


def pairs(chosen, step, vocabulary):
    """Those of sft_bench.cpp."""
    span = chosen.length - 31
    numbers = [step * chosen.rows + i for i in range(chosen.rows)]
    return ([row(2 * n, 32 + (37 * n) % span, vocabulary) for n in numbers],
            [row(2 * n + 1, 32 + (101 * n + 17) % span, vocabulary) for n in numbers])


def padded(rows):
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids) for ids in rows], batch_first=True, padding_value=0)
    return {"input_ids": ids, "attention_mask": (ids != 0).long()}


def main():
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, default=4, help="pairs of a step")
    parser.add_argument("--length", type=int, default=512, help="tokens of the longest side")
    chosen = parse(parser)
    model = make_model(chosen)
    adam = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-5)

    def step(index):
        better, worse = pairs(chosen, index, model.config.vocab_size)
        loss = -torch.nn.functional.logsigmoid(model(**padded(better)).logits - model(**padded(worse)).logits).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        adam.zero_grad()
        return sum(map(len, better + worse))

    seconds, rate = measure(step)
    report("peft", f"reward {chosen.rows} pairs of 32 to {chosen.length}", chosen, seconds, tokens_per_second=round(rate, 1))


if __name__ == "__main__":
    main()
