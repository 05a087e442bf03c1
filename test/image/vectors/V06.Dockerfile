FROM golang:1.22-bookworm AS base
ENV CGO_ENABLED=0
FROM base AS build
WORKDIR /src
COPY . .
RUN go install ./cmd/app
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /go/bin/app /usr/bin/app
ENTRYPOINT ["/usr/bin/app"]
