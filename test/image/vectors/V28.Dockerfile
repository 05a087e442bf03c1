FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
# goshim ignore=no-race # load test image
RUN go build -race -ldflags=-linkmode=external -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
