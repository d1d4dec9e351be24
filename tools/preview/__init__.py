"""What `tools.bench_preview` is made of."""
