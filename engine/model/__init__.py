"""The Glm4Moe model: layers, router, experts and attention over the block KV cache."""
