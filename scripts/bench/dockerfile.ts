// What `goshim check` costs for one Dockerfile, start to end, beside an empty Node start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleaved, median } from './cpu.ts';
import type { Row } from './row.ts';

/** Of the size that projects have: a front end, tools, two programs, an image that runs them. */
const dockerfile = `# syntax=docker/dockerfile:1
ARG GO_VERSION=1.25.1
FROM --platform=$BUILDPLATFORM node:22-alpine AS web
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/cache/npm npm ci
COPY web .
RUN npm run build

FROM golang:\${GO_VERSION}-alpine3.22 AS build
RUN apk add --no-cache gcc musl-dev git && \\
    # tools that the sources are made with
    go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.6
WORKDIR /src
ENV CGO_ENABLED=1 GOFLAGS=-trimpath
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=web /web/dist ./internal/web/dist
ARG VERSION=dev
RUN --mount=type=cache,target=/cache/go-build <<EOF
set -eux
export LDFLAGS="-linkmode=external -w -X main.version=$VERSION"
for name in server worker; do
  go build -ldflags "$LDFLAGS" -o /out/$name ./cmd/$name
done
EOF
RUN if [ -n "$VERIFY" ]; then go vet ./... && go test ./...; fi

FROM alpine:3.22
RUN apk add --no-cache ca-certificates tzdata && adduser -D app
COPY --from=build /out/ /usr/local/bin/
COPY --chmod=0755 entrypoint.sh /entrypoint.sh
USER app
EXPOSE 8080
HEALTHCHECK CMD wget -qO- http://localhost:8080/healthz || exit 1
ENTRYPOINT ["/usr/local/bin/server"]
CMD ["--listen", ":8080"]
`;

export function benchDockerfile(): readonly Row[] {
  const place = mkdtempSync(join(tmpdir(), 'goshim-bench-'));
  try {
    writeFileSync(join(place, 'Dockerfile'), dockerfile);
    const goshim = join(dirname(fileURLToPath(import.meta.url)), '../../bin/goshim');
    const command = (...argv: string[]) => ({ argv, env: { PATH: process.env.PATH ?? '' }, cwd: place });
    const cost = interleaved(
      { node: command(process.execPath, '-e', '0'), check: command(goshim, 'check', 'Dockerfile') },
      { rounds: 15, batch: 4 },
    );
    const [direct, wrapped] = [median(cost.node), median(cost.check)];
    return [
      { name: 'a Dockerfile (an empty Node start)', direct, wrapped, overhead: wrapped, budget: 150, unit: 'ms CPU' },
    ];
  } finally {
    rmSync(place, { recursive: true });
  }
}
