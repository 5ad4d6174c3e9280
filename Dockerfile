# syntax=docker/dockerfile:1
# One process on one port, as a user who may write to /data and nowhere else.
# Every COPY, command and setting in here is run or compared by test/deploy.

FROM node:24-bookworm-slim AS packages
WORKDIR /latchkey
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
# The image has its own Node, so the one among the optional packages stays out.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /latchkey
COPY --from=packages /latchkey/node_modules node_modules
COPY package.json ./
COPY gen gen
COPY src src
# Compiles the program once, so that every start is a quick one, while the folder can still be written to.
RUN node src/main.ts --help > /dev/null && install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 8080
# Ready, not only alive: the database is reached and its schema is this version's.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and takes SIGTERM itself; the container's stop timeout must be longer than DRAIN_SECONDS.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
