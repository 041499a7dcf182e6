# nginx with the configuration of nginx.conf: docker build -f scripts/docker/proxy.Dockerfile -t techsupport-nginx .
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends nginx-light openssl \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /etc/nginx/sites-* \
    && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log \
    && install -d -m 0700 /etc/nginx/techsupport/tls && install -d /certs /var/www/acme
COPY nginx.conf /etc/nginx/nginx.conf
COPY scripts/docker/nginx/ /etc/nginx/techsupport/
COPY scripts/docker/proxy /usr/local/bin/proxy
LABEL org.opencontainers.image.title="nginx for TechSupport Bot" org.opencontainers.image.licenses="MIT"
EXPOSE 80 443
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["proxy", "--health"]
ENTRYPOINT ["proxy"]
