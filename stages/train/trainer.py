"""The Hugging Face Trainer with DeepSpeed, as `train` and `deepspeed` in conf/ say."""

from __future__ import annotations

import copy
import math
import sys
from pathlib import Path
from typing import Any

from stages.core.models import load_model
from stages.core.run.progress import track
from stages.train import Config, Train
from stages.train.rows import Tokens

COMPLETE = "complete"


def arguments(config: Config, state: Path) -> Any:
    """The Trainer's arguments. They must exist before the model: ZeRO-3 splits the weights while they are read."""
    import torch
    from transformers import TrainingArguments

    wanted = config.train
    return TrainingArguments(
        output_dir=str(state),
        deepspeed=copy.deepcopy(config.deepspeed),
        use_cpu=not torch.cuda.is_available(),
        max_steps=wanted.steps,
        per_device_train_batch_size=wanted.batch,
        gradient_accumulation_steps=wanted.accumulation,
        learning_rate=wanted.learning_rate,
        weight_decay=wanted.weight_decay,
        max_grad_norm=wanted.clip,
        warmup_steps=warmup_steps(wanted),
        lr_scheduler_type=wanted.schedule,
        optim="adamw_torch",
        bf16=False,
        seed=config.seed,
        data_seed=config.seed,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_steps=wanted.checkpoint_every,
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
    )


def warmup_steps(wanted: Train) -> int:
    """Steps of warm-up; the last step is never one of them, since the first has a learning rate of 0."""
    return min(math.ceil(wanted.warmup * wanted.steps), wanted.steps - 1)


def with_adapter(base: Path, wanted: Train, seed: int) -> Any:
    """The base model in float32 with a fresh adapter, whose numbers come from the seed."""
    from peft import LoraConfig, get_peft_model
    from transformers import set_seed

    model = load_model(base, "float32")
    model.config.use_cache = False
    set_seed(seed)
    adapter = LoraConfig(
        task_type="CAUSAL_LM",
        r=wanted.rank,
        lora_alpha=wanted.alpha,  # type: ignore[arg-type]
        lora_dropout=wanted.dropout,
        target_modules=wanted.targets,
    )
    return get_peft_model(model, adapter)


def make_trainer(model: Any, args: Any, rows: list[dict[str, Tokens]]) -> Any:
    """The Trainer, showing its steps as every stage shows its work."""
    import torch
    from transformers import PrinterCallback, Trainer, TrainerCallback

    class Shown(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            left = range(state.global_step, args.max_steps)
            self.steps = iter(track(left, total=len(left), what="train", unit="steps"))
            next(self.steps)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            next(self.steps, None)

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            Path(args.output_dir, f"checkpoint-{state.global_step}", COMPLETE).touch()

    def collate(held: list[dict[str, Tokens]]) -> dict[str, Any]:
        return {name: torch.tensor([row[name] for row in held]) for name in held[0]}

    trainer = Trainer(model=model, args=args, train_dataset=rows, data_collator=collate, callbacks=[Shown()])
    trainer.remove_callback(PrinterCallback)
    return trainer


def last_checkpoint(state: Path) -> str | None:
    """The newest checkpoint that was written to its end."""
    found = sorted(state.glob(f"checkpoint-*/{COMPLETE}"), key=lambda path: int(path.parent.name.partition("-")[2]))
    if not found:
        return None
    print(f"train: going on from {found[-1].parent.name}", file=sys.stderr)
    return str(found[-1].parent)
