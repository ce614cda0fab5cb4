"""What people call the parts that a specification names: the blueprint and the scaffold write these words."""

NAMES = {
    "rmsnorm": "RMSNorm",
    "layernorm": "LayerNorm",
    "mha": "multi-head attention",
    "gqa": "grouped-query attention",
    "mqa": "multi-query attention",
    "rope": "RoPE",
    "alibi": "ALiBi",
    "none": "no position encoding",
    "swiglu": "SwiGLU",
    "gelu": "GELU",
}
