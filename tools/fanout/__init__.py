"""Parts of `tools.bench_fanout`: a stage of processes, an engine that keeps time, clients."""
