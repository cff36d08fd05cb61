# The store as an image: built with everything, run with Node and what it needs alone. docs/operations.md#docker
FROM node:22-alpine3.22 AS build
# better-sqlite3 compiles itself where no ready-made one can be fetched.
RUN apk add --no-cache g++ make python3
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
RUN npm run build
# Then out with what only compilers and debuggers read: half of what is left.
RUN npm prune --omit=dev --no-audit --no-fund \
    && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src \
    && find node_modules/better-sqlite3/build -type f ! -name better_sqlite3.node -delete \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

# Not Node's own image: its npm, yarn and headers are nothing that a store needs, or should have.
FROM alpine:3.22
RUN apk add --no-cache libstdc++ \
    && adduser -D -H -u 10001 gatehouse \
    && install -d -o gatehouse -g gatehouse -m 700 /data
COPY --from=build /usr/local/bin/node /usr/local/bin/
WORKDIR /app
COPY package.json ./
COPY views views
COPY public public
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# By number, so that a cluster can see that it is not root.
USER 10001
VOLUME /data
EXPOSE 3000
# Whether the process still answers, by https where it speaks that: with a certificate that need not name this address. Not
# /readyz: a database that is away is no reason to restart the store, which waits for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "const { PORT: port, TLS_CERT } = process.env; require(TLS_CERT ? 'https' : 'http').get({ host: '127.0.0.1', port, path: '/healthz', rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "dist/src/server.js"]
