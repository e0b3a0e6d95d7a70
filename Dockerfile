# The image contains Node.js with its libraries, the program in one file, and the licences. Build it with:
#   docker build --build-arg REVISION="$(git rev-parse HEAD)" --tag otel-node-exporter .
# For other architectures: docker buildx build --platform linux/amd64,linux/arm64 .

# The program is the same file on every architecture, so it is built on the build host without an emulator.
FROM --platform=$BUILDPLATFORM node:26-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY esbuild.config.ts ./
COPY src src
# The build context does not contain .git, so a build argument passes the commit.
ARG REVISION=
RUN REVISION="$REVISION" npm run --silent build

# This stage creates the root file system. The dynamic loader lists the libraries of `node`, because they differ between
# architectures. Vulnerability scanners need Debian's records of the packages that contain these libraries.
FROM node:26-bookworm-slim AS root
WORKDIR /image
# package.json makes the library available by its name, so that a custom exporter in a directory of /app can import it.
RUN ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp --parents --dereference --target-directory=. /usr/local/bin/node \
    && mkdir -p app etc var/lib/dpkg/status.d \
    && echo '{"name":"otel-node-exporter","type":"module","exports":"./main.mjs"}' > app/package.json \
    && cp /etc/os-release etc/ \
    && echo 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin' > etc/passwd \
    && echo 'nogroup:x:65534:' > etc/group \
    && for package in libatomic1 libc6 libgcc-s1 libstdc++6; do dpkg --status "$package" > "var/lib/dpkg/status.d/$package"; done
COPY --from=build /build/dist/main.js app/main.mjs
COPY --from=build /build/dist/LICENSES.txt app/

FROM scratch
COPY --from=root /image /

ARG VERSION=0.2.0
ARG REVISION=
LABEL org.opencontainers.image.title="otel-node-exporter" \
      org.opencontainers.image.description="Linux host and container metrics for Prometheus and OpenTelemetry" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

ENV PATH=/usr/local/bin NODE_ENV=production
USER 65534:65534
EXPOSE 23333
# With --permission, the process cannot write files, start programs, or load native code: see docs/security.md. Node.js
# would log warnings about --allow-net and --allow-ffi. The program sets its own memory limits.
ENTRYPOINT ["/usr/local/bin/node", "--permission", "--allow-fs-read=*", "--allow-net", "--allow-ffi", \
  "--disable-warning=ExperimentalWarning", "--disable-warning=PERM0003", "/app/main.mjs"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/node", "--permission", "--allow-fs-read=*", "--allow-net", "--allow-ffi", \
    "--disable-warning=ExperimentalWarning", "--disable-warning=PERM0003", "/app/main.mjs", "--healthcheck"]
