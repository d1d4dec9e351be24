# The render worker: the web side's image, with a browser and fonts for what people write.
ARG WEB_IMAGE=atelier-web
FROM ${WEB_IMAGE}
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        chromium fonts-liberation fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
USER atelier
