# By version, the one that package-lock.json has for the npm scripts; --build-arg NODE_IMAGE=node@sha256:... pins its bytes too.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# What is compiled needs the development dependencies, whose native parts npm calls optional.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# What runs needs neither: see docs/decisions/0001-node-24-for-every-script.md.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE* ./
COPY schema schema
# The user node of the base image, as a number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000
# Asks where CONFIG_FILE_PATH or config.json has it listen; Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "dist/healthcheck.js"]
# No shell in between: signals reach the service, which then finishes what is under way.
# A larger young generation would cost 100 MB of memory and gain nothing: objects live long here.
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/bin.js"]
CMD ["serve"]
