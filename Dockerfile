# The bot, as a non-root user. Mount your recsysops.toml (and the folders it names) at /data.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md manifest.yml ./
COPY checks checks
COPY bot bot
COPY handlers handlers
COPY sandbox sandbox
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 recsysops && mkdir /data && chown recsysops /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH RECSYSOPS_CONFIG=/data/recsysops.toml OMP_NUM_THREADS=1 PYTHONUNBUFFERED=1
USER recsysops
WORKDIR /data
# Healthy means that the bot's own loops have come round lately, not that a port answers.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["recsysops", "status", "--alive"]
CMD ["python", "-m", "bot"]
