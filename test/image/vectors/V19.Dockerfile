FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN make build
FROM debian:bookworm-slim
COPY --from=build /src/bin/app /app
CMD ["/app"]
