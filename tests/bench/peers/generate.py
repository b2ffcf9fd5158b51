"""Times transformers' sampling: a batch of prompts of one length, every row its full number of new tokens."""
import time

from common import options, parse, report


def main():
    chosen = parse(options(__doc__))
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(chosen.model, torch_dtype=chosen.torch_dtype).eval()

    @torch.no_grad()
    def sample(rows, new):
        ids = torch.randint(20, model.config.vocab_size, (rows, chosen.prompt))
        start = time.perf_counter()
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
            min_new_tokens=new, max_new_tokens=new, pad_token_id=0)
        assert out.shape == (rows, chosen.prompt + new)
        return time.perf_counter() - start

    sample(2, 4)  # the first call sets things up
    report("transformers", f"sample {chosen.shape}", chosen, sample(chosen.batch, chosen.new))


if __name__ == "__main__":
    main()
