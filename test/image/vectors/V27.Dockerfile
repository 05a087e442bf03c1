FROM golang:1.22-bookworm AS build
ARG DEBUG
WORKDIR /src
COPY . .
RUN if [ -n "$DEBUG" ]; then go build -race -ldflags=-linkmode=external -o /app .; \
    else go build -ldflags=-linkmode=external -o /app .; fi
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
