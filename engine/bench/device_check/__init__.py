"""What to run first on a machine with a GPU: are the kernels right there, and how fast is a step.

    python -m engine.bench.device_check [--layers 4] [--nano models/glm-nano]

Needs torch with CUDA and nothing of the web side.
"""
