# The web side: `migrate`, `web` and `turns` of docker-compose.yml. No torch, no compiler, no browser.
FROM node:24-bookworm-slim AS page
WORKDIR /page
COPY frontend/ ./
RUN npm ci --no-audit --no-fund && npm run build
RUN cd shelf && npm ci --no-audit --no-fund --ignore-scripts && node build.mjs

FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/atelier
COPY pyproject.toml constraints.txt ./
COPY tools/ tools/
RUN python -m venv .venv \
    && python -m tools.requirements web tracing > requirements.txt \
    && .venv/bin/pip install --no-cache-dir -r requirements.txt -c constraints.txt
COPY --from=page /page/dist/ frontend/dist/
RUN .venv/bin/python -m servestatic.compress -q frontend/dist/assets

FROM python:3.11-slim-bookworm
RUN useradd --no-create-home --uid 10001 atelier && install -d -o atelier -g atelier -m 700 /data
WORKDIR /srv/atelier
COPY --from=packages /srv/atelier/.venv/ .venv/
COPY --from=packages /srv/atelier/frontend/dist/ frontend/dist/
COPY --from=page /page/shelf/dist/ frontend/shelf/dist/
COPY frontend/shelf/catalog.json frontend/shelf/catalog.json
COPY engine/protocol/ engine/protocol/
COPY engine/__init__.py engine/
COPY webapp/ webapp/
COPY manage.py pyproject.toml LICENSE ./
USER atelier
ENV PATH="/srv/atelier/.venv/bin:${PATH}" ATELIER_HOME=/data HOME=/tmp \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
