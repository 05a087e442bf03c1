FROM --platform=$BUILDPLATFORM golang:1.22-bookworm AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY . .
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -ldflags=-linkmode=external -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
