ARG CGO_ENABLED=0
FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -ldflags=-linkmode=external -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
