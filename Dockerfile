# The server with everything it serves. Build and try it, with demo people, on loopback of this machine:
#
#   docker build -t tessera .
#   docker run --rm --network host -e HOST=127.0.0.1 tessera
#
# With the built-in identity provider for people of your own; the first start prints how they get in:
#
#   docker run --name tessera -p 127.0.0.1:3000:3000 -p 127.0.0.1:4400:4400 \
#     -e IDP_ADDR=0.0.0.0:4400 -e IDP_ALLOW_PUBLIC=true -v tessera:/data tessera
#
# With a provider of your own leave the IDP_ variables out and set what .env.example explains.

FROM node:20-bookworm-slim AS node

# The release that rust-toolchain.toml names.
FROM rust:1.95.0-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /tessera
ENV TESSERA_CACHE=/cache TESSERA_DIST=/dist
# The tools first: they seldom change.
COPY Cargo.lock rust-toolchain.toml ./
COPY script script
RUN script/setup release
COPY . .
# What is compiled is kept between builds. script/build tells by content what has changed, not by the times of copied files.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/cache/target script/build release

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home tessera && install -d -o tessera -m 700 /data
COPY --from=build /dist/release/tessera /dist/release/hash.txt /app/
COPY --from=build /dist/release/site /app/site
ENV HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    DATABASE_URL=sqlite:///data/tessera.db \
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
