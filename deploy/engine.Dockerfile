# An engine worker, on a CPU or on a GPU: the engine alone, without Django and the web side. The
# compiler builds the CPU's step and what Triton needs, once for each machine, into /data.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ libc6-dev \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --no-create-home --uid 10001 atelier \
    && install -d -o atelier -g atelier -m 700 /data
WORKDIR /srv/atelier
COPY pyproject.toml constraints.txt ./
COPY tools/ tools/
# Another torch than the pinned one, with pip's options: a smaller one for machines without a GPU.
ARG ATELIER_TORCH=""
RUN python -m venv .venv \
    && python -m tools.requirements engine worker gpu > requirements.txt \
    && grep -v '^torch==' constraints.txt > versions.txt \
    && .venv/bin/pip install --no-cache-dir ${ATELIER_TORCH:-"$(grep '^torch==' constraints.txt)"} \
    && .venv/bin/pip install --no-cache-dir -r requirements.txt -c versions.txt \
    && rm -r tools requirements.txt versions.txt
COPY engine/ engine/
COPY models/ models/
COPY LICENSE ./
USER atelier
ENV PATH="/srv/atelier/.venv/bin:${PATH}" ATELIER_HOME=/data HOME=/data \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
