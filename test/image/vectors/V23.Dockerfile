# escape=`
ARG BASE=registry.example.com/base/run:7
FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -ldflags=-linkmode=external `
    -o /app .
FROM ${BASE}
COPY --from=build /app /app
CMD ["/app"]
