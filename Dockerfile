# The bot as an image: docker build -t techsupport .
#
# Only libraries that the program needs are in it, it runs as nobody in particular, and writes nowhere but to /data
# (SQLite's file, this copy's identity, backups), so that it can be run with a read-only root:
#   docker run --read-only --env-file .env -v techsupport:/data techsupport
# docker-compose.yml has the rest. Debian's own packages, so that a rebuild brings their security updates,
# if it is one without the cache: docker compose build --pull --no-cache

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/install-deps scripts/
RUN scripts/install-deps --build && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make -j"$(nproc)" build/techsupport && strip build/techsupport

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libjansson4 libmicrohttpd12 libmongoc-1.0-0 \
        libbson-1.0-0 libsqlite3-0 libssl3 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin techsupport \
    && install -d -o techsupport -g techsupport -m 0700 /data /data/backups
COPY --from=build /src/build/techsupport /usr/local/bin/techsupport

LABEL org.opencontainers.image.title="TechSupport Bot" \
    org.opencontainers.image.description="A help desk in Telegram for an organisation's IT department" \
    org.opencontainers.image.licenses="MIT"
# libmongoc's shared counters are of no use here, and a killed process leaves a file of them behind.
ENV LISTEN=0.0.0.0:8080 DATA_DIR=/data MONGOC_DISABLE_SHM=1
USER techsupport
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["techsupport", "health"]
ENTRYPOINT ["techsupport"]
CMD ["serve"]
