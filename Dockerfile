# Small, not root, a read-only file system (compose.yml says so); data goes to /data, which is a volume.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma ./prisma
# The image brings Node 24 itself; `node` of devDependencies is for machines that do not.
RUN npm ci --omit=dev && npm cache clean --force
COPY . .

FROM node:24-slim
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 HOST=0.0.0.0 PORT=3000 DATA_DIR=/data WORKFLOWS_DIR=/app/workflows
WORKDIR /app
COPY --from=build --chown=root:root /app ./
RUN mkdir -p /data node_modules/.cache && chown node:node /data node_modules/.cache
USER node
# What is stripped and compiled goes into the image: later its file system is read-only.
RUN node --max-semi-space-size=2 scripts/fill-compile-cache.js
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=2", "src/main.js"]
