FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -ldflags='-s -w -linkmode=external' -o /a . && \
    go build -ldflags=-linkmode=external -o /b ./cmd/app && strip /b
RUN cp /b /c && upx /c
FROM debian:bookworm-slim
COPY --from=build /a /b /c /
CMD ["/a"]
