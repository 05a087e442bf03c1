FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN <<EOF
set -e
export CGO_ENABLED=0
go build -o /app ./cmd/app
EOF
FROM build AS lint
RUN go build -race -o /dev/null ./...
FROM debian:bookworm-slim
COPY --from=0 /app /app
CMD ["/app"]
