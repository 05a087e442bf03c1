FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -ldflags=-linkmode=external -o /app .
FROM busybox:1.38.0-uclibc
COPY --from=build /app /app
CMD ["/app"]
