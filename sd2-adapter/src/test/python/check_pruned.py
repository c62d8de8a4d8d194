"""Check a pruned diffusers folder against the original: the right zeros, and nothing else changed.

    python check_pruned.py DIR_ORIG DIR_PRUNED --text S --unet S --rule RULE [--variant fp16]

Loads DIR_PRUNED with StableDiffusionPipeline.from_pretrained (as a user would) and asserts that every
selected Linear holds zeros exactly where RULE (a rule of make_golden_masks.py, or TWO_OF_FOUR, for
which S is 0 or 0.5) prunes the original, or where the original is zero; and that all else is equal bit
for bit. For TORCH_PRUNE and TORCH_GLOBAL (U-Net only) the choice among tied weights is free.
"""
import argparse
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from transformers.utils import logging

from common import prunable, read_component, versions
from make_golden_masks import RULES, is_free, torch_masks, two_of_four

VIEW = {torch.float32: torch.int32, torch.float16: torch.int16}


def bits(tensor):
    return tensor.view(VIEW.get(tensor.dtype, tensor.dtype))


def check_layer(name, before, after, mask):
    kept_wrong = int((bits(before) != bits(after))[~mask].sum())
    pruned_wrong = int((after != 0)[mask].sum())
    assert not kept_wrong and not pruned_wrong, \
        f"{name}: {pruned_wrong} weights not zeroed, {kept_wrong} others changed"


def free_masks(before, after, masks):
    """PyTorch's masks, but among weights tied at the threshold those that the pruned folder chose."""
    top, free = is_free(before, masks)
    if not free:
        return masks
    count = sum(int(m.sum()) for m in masks)
    below = sum(int((w.abs() < top).sum()) for w in before)
    # A tie that is zero before as well shows no choice: it may count as pruned or as kept.
    shown = [(w.abs() < top) | ((w.abs() == top) & (a == 0)) for w, a in zip(before, after)]
    chosen = sum(int(m.sum()) for m in shown)
    assert chosen == count or top == 0 and below <= count <= chosen, f"{chosen} pruned where PyTorch prunes {count}"
    return shown


def masks_for(rule, before, after, s):
    if s == 0:
        return [torch.zeros_like(w, dtype=torch.bool) for w in before]
    if rule == "TWO_OF_FOUR":
        assert s == 0.5, "TWO_OF_FOUR prunes one half"
        return [two_of_four(w) for w in before]
    if rule == "TORCH_GLOBAL":
        return free_masks(before, after, torch_masks(before, s, whole=True))
    if rule == "TORCH_PRUNE":
        return [free_masks([w], [a], torch_masks([w], s, whole=False))[0] for w, a in zip(before, after)]
    return [RULES[rule](w, s) for w in before]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("original", type=Path)
    args.add_argument("pruned", type=Path)
    args.add_argument("--text", type=float, required=True)
    args.add_argument("--unet", type=float, required=True)
    args.add_argument("--rule", required=True, choices=[*RULES, "TWO_OF_FOUR", "TORCH_PRUNE", "TORCH_GLOBAL"])
    args.add_argument("--variant", help="of both folders' files, e.g. fp16")
    args = args.parse_args()
    print(versions("torch", "diffusers", "transformers", "safetensors"))
    logging.set_verbosity_error()
    dtype = next(iter(read_component(args.original / "unet", args.variant).values())).dtype
    pipe = StableDiffusionPipeline.from_pretrained(
        args.pruned, variant=args.variant, torch_dtype=dtype, local_files_only=True)
    for component, s in (("text_encoder", args.text), ("unet", args.unet), ("vae", None)):
        before = read_component(args.original / component, args.variant)
        on_disk = read_component(args.pruned / component, args.variant)
        assert before.keys() == on_disk.keys(), f"{component}: {sorted(before.keys() ^ on_disk.keys())[:5]}"
        layers = prunable(component, before) if s is not None else []
        names = [n + ".weight" for n in layers]
        masks = masks_for(args.rule, [before[n] for n in names], [on_disk[n] for n in names], s) if names else []
        for name, mask in zip(names, masks):
            check_layer(f"{component} {name}", before[name], on_disk[name], mask)
        others = before.keys() - set(names)
        for name in others:
            assert before[name].dtype == on_disk[name].dtype and torch.equal(bits(before[name]), bits(on_disk[name])), name
        prefix = "text_model." if component == "text_encoder" else ""
        state = {prefix + n.removeprefix("text_model."): t for n, t in getattr(pipe, component).state_dict().items()}
        loaded = {n: t for n, t in on_disk.items() if n in state}
        assert loaded.keys() == state.keys() or component == "vae", f"{component}: diffusers loaded other names"
        assert all(torch.equal(bits(t), bits(state[n])) for n, t in loaded.items()), f"{component}: loaded unequal"
        total = sum(m.numel() for m in masks)
        pruned = sum(int(m.sum()) for m in masks)
        zeros = sum(int((on_disk[n] == 0).sum()) for n in names)
        negative = sum(int(((on_disk[n] == 0) & torch.signbit(on_disk[n]))[m].sum()) for n, m in zip(names, masks))
        print(f"{component}: {len(names)} layers, {pruned} of {total} pruned, {zeros} zeros ({negative} of the pruned are -0), "
              f"{len(others)} other tensors equal, {len(loaded)} equal as loaded by diffusers")
    print("ok")


if __name__ == "__main__":
    main()
