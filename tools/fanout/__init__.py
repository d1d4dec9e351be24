"""What `tools.bench_fanout` is made of: a stage of processes, an engine that keeps time, clients."""
