"""glm-nano: its corpus, tokenizer, trainer, evaluation and export."""
