# syntax=docker/dockerfile:1
# One process on one port, as a user who may write to /data and nowhere else.
# Every COPY, command and setting in here is run or compared by test/deploy.

FROM node:24-bookworm-slim AS build
RUN install -d -o node -g node /latchkey
WORKDIR /latchkey
# V8 keeps compiled code for the user that compiled it, so the program is built by the one that runs it.
USER node
COPY --chown=node package.json package-lock.json .npmrc ./
COPY --chown=node sdk/package.json sdk/
COPY --chown=node scripts/own-node/package.json scripts/own-node/
# The image has its own Node, so the one among the packages stays out.
RUN npm ci --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY --chown=node LICENSE ./
COPY --chown=node scripts scripts
COPY --chown=node gen gen
COPY --chown=node src src
RUN node scripts/build/build.ts

FROM node:24-bookworm-slim AS packages
WORKDIR /latchkey
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
COPY scripts/own-node/package.json scripts/own-node/
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /latchkey
COPY --from=packages /latchkey/node_modules node_modules
COPY --from=build /latchkey/dist dist
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 8080
# Ready, not only alive: the database is reached and its schema is this version's.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and takes SIGTERM itself; the container's stop timeout must be longer than DRAIN_SECONDS.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/latchkey.cjs"]
CMD ["serve"]
