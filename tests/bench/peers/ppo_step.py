"""Times one PPO iteration of TRL 0.11.4: sampling, then PPOTrainer.step, LoRA of rank 16 on the query and value projections. The
score is a rule that costs nothing, so that the policy's work alone is timed."""
import time

from common import options, parse, report


def parsed():
    parser = options(__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minibatch", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=1, help="the last one is reported")
    return parse(parser)


def make_trainer(chosen):
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer

    lora = LoraConfig(
        r=16, lora_alpha=32, lora_dropout=0.05, bias="none", task_type="CAUSAL_LM", target_modules=["q_proj", "v_proj"])
    model = AutoModelForCausalLMWithValueHead.from_pretrained(str(chosen.model), peft_config=lora, torch_dtype=chosen.torch_dtype)
    config = PPOConfig(
        batch_size=chosen.batch, mini_batch_size=chosen.minibatch, gradient_accumulation_steps=1, ppo_epochs=chosen.epochs,
        learning_rate=1.41e-5, log_with=None, seed=chosen.seed)
    return PPOTrainer(config, model, ref_model=None, tokenizer=AutoTokenizer.from_pretrained(chosen.model))


def iteration(trainer, chosen):
    """Seconds of sampling and seconds of the step."""
    import torch

    vocabulary = trainer.model.pretrained_model.config.vocab_size
    queries = [torch.randint(20, vocabulary, (chosen.prompt,)) for _ in range(chosen.batch)]
    start = time.perf_counter()
    responses = trainer.generate(
        queries, return_prompt=False, batch_size=chosen.batch, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
        min_new_tokens=chosen.new, max_new_tokens=chosen.new, pad_token_id=trainer.tokenizer.pad_token_id)
    sampled = time.perf_counter()
    scores = [ids.float().mean() / vocabulary for ids in responses]
    trainer.step(queries, list(responses), scores)
    return sampled - start, time.perf_counter() - sampled


def main():
    chosen = parsed()
    trainer = make_trainer(chosen)
    for _ in range(chosen.iterations):
        sampling, step = iteration(trainer, chosen)
    what = f"ppo {chosen.shape}, {chosen.epochs} epochs, minibatch {chosen.minibatch}"
    report("trl", what, chosen, sampling + step, sample_seconds=round(sampling, 3), step_seconds=round(step, 3))


if __name__ == "__main__":
    main()
