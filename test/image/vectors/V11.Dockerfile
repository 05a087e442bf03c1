FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=1 \
    # CGO_ENABLED=0 \
    go build -ldflags='-linkmode=external' -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
