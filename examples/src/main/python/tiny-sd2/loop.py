"""The training loop that all stages share: AdamW, cosine by steps, clipping, averages, and files to go on from."""
import math
import os
import time

import torch
import torch.distributed as crew


def workers():
    """This worker's number and how many there are: WORLD_SIZE processes that share each step's batch."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count > 1 and not crew.is_initialized():
        crew.init_process_group("gloo")
    return (crew.get_rank(), count) if count > 1 else (0, 1)


def wait_for_others(count):
    if count > 1:
        crew.barrier()


def share_gradients(model, count):
    """Makes the gradients of all workers their mean."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    crew.all_reduce(flat)
    for gradient, part in zip(gradients, flat.div_(count).split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))


class Average:
    """A running mean of a model's weights."""

    def __init__(self, model, decay):
        self.decay = decay
        self.values = {name: value.detach().clone() for name, value in model.state_dict().items()}

    def update(self, model, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                self.values[name].lerp_(value.detach(), 1 - decay)
            else:
                self.values[name].copy_(value)


def rate(step, steps, warmup):
    """Part of the learning rate: linear up, then a cosine down to a fiftieth."""
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return 0.02 + 0.49 * (1 + math.cos(math.pi * done))


def groups(model, decay):
    """Matrices decay; biases, norms and scalars do not."""
    wide = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    thin = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    return [{"params": wide, "weight_decay": decay}, {"params": thin, "weight_decay": 0.0}]


def train(name, model, loss, folder, *, steps, lr, decay=0.01, warmup=100, average=0.998, seed=1, save=200):
    """Trains model by loss(step, generator), leaves it with its averaged weights, returns the processor seconds.

    loss gives the loss and numbers to print. Random numbers depend on the step alone, so that a run that
    was stopped goes on from folder/NAME.pt as if it had not been.
    """
    path = folder / f"{name}.pt"
    rank, count = workers()
    optimiser = torch.optim.AdamW(groups(model, decay), lr=lr, betas=(0.9, 0.98))
    mean = Average(model, average)
    first, seconds = 0, 0.0
    if path.exists():
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        mean.values, first, seconds = state["average"], state["step"], state["seconds"]
    shown, begun = {}, time.process_time()
    model.train()
    for step in range(first, steps):
        torch.manual_seed(seed * 1_000_003 + step)
        generator = torch.Generator().manual_seed(seed * 7_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = lr * rate(step, steps, warmup)
        value, numbers = loss(step, generator)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        if count > 1:
            share_gradients(model, count)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        mean.update(model, step)
        for key, number in {"loss": value.item(), **numbers}.items():
            shown[key] = 0.95 * shown[key] + 0.05 * number if key in shown else number
        done = step + 1
        if done % 50 == 0 and rank == 0:
            spent = seconds + time.process_time() - begun
            print(f"{name} {done}/{steps} {spent:.0f}s", *(f"{k} {v:.4f}" for k, v in shown.items()), flush=True)
        if (done % save == 0 or done == steps) and rank == 0:
            spent = seconds + time.process_time() - begun
            part = path.with_suffix(".part")
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": done,
                        "average": mean.values, "seconds": spent}, part)
            part.replace(path)
            seconds, begun = spent, time.process_time()
    model.load_state_dict(mean.values)
    model.eval()
    return seconds
