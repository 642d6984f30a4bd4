# The server with everything it serves. Build and try it, with the built-in identity provider and demo people:
#
#   docker build -t tessera .
#   docker run --rm -p 3000:3000 -p 4400:4400 -e IDP_ADDR=0.0.0.0:4400 -v tessera:/data tessera
#
# For a company of your own leave IDP_ADDR out and set what .env.example explains.

FROM node:20-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && rustup target add wasm32-unknown-unknown
WORKDIR /tessera
ENV TESSERA_CACHE=/cache TESSERA_DIST=/dist
# The tools first: they change with the lock file only.
COPY Cargo.lock ./
COPY script script
RUN script/setup app
COPY . .
# The compiled dependencies are kept between builds. Without .clone the crate itself is compiled anew, since the times of
# copied files do not tell whether they changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/cache/target \
    rm -f /cache/target/.clone && script/build release

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home tessera
COPY --from=build /dist/release/tessera /dist/release/hash.txt /app/
COPY --from=build /dist/release/site /app/site
ENV HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    DATABASE_URL=sqlite:///data/tessera.db \
    LEPTOS_ENV=PROD \
    LEPTOS_HASH_FILES=true \
    LEPTOS_SITE_ROOT=/app/site
USER tessera
WORKDIR /data
VOLUME /data
EXPOSE 3000 4400
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["/app/tessera"]
CMD ["serve"]
