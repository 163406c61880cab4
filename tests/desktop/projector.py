"""A projector made of chance: with it a real llama.cpp server takes pictures, though its model sees nothing in them.

It is of the simplest kind (a vision encoder of one layer and an MLP, as in LLaVA) and fits SmolLM2-135M.
"""

from __future__ import annotations

from pathlib import Path

IMAGE_PX = 32
PATCH_PX = 16
WIDTH = 64  # of the encoder's layer
MODEL_WIDTH = 576
HEADS = 2
PARTS = ("attn_q", "attn_k", "attn_v", "attn_out", "ffn_up", "ffn_down")
NORMS = ("ln1", "ln2")
SHAPES: dict[str, tuple[int, ...]] = {
    "v.patch_embd.weight": (WIDTH, 3, PATCH_PX, PATCH_PX),
    "v.position_embd.weight": ((IMAGE_PX // PATCH_PX) ** 2, WIDTH),
    **{f"v.blk.0.{part}.weight": (WIDTH, WIDTH) for part in PARTS},
    **{f"v.blk.0.{part}.weight": (WIDTH,) for part in NORMS},
    **{f"v.blk.0.{part}.bias": (WIDTH,) for part in (*PARTS, *NORMS)},
    "mm.0.weight": (MODEL_WIDTH, WIDTH),
    "mm.0.bias": (MODEL_WIDTH,),
    "mm.2.weight": (MODEL_WIDTH, MODEL_WIDTH),
    "mm.2.bias": (MODEL_WIDTH,),
}


def make_projector(path: Path) -> Path:
    """Writes it to `path`."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, "clip")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_bool(gguf.Keys.Clip.HAS_LLAVA_PROJECTOR, True)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vision_image_size(IMAGE_PX)
    writer.add_vision_patch_size(PATCH_PX)
    writer.add_vision_embedding_length(WIDTH)
    writer.add_vision_feed_forward_length(WIDTH)
    writer.add_vision_projection_dim(MODEL_WIDTH)
    writer.add_vision_block_count(1)
    writer.add_vision_head_count(HEADS)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    writer.add_vision_use_gelu(True)
    chance = np.random.default_rng(7)
    for name, shape in SHAPES.items():
        writer.add_tensor(name, chance.normal(0, 0.02, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
