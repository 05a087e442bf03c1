FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build --race=1 -ldflags=-linkmode=external -o /a .
RUN go build -race -race=false -ldflags=-linkmode=external -o /b ./cmd/app
FROM debian:bookworm-slim
COPY --from=build /a /b /
CMD ["/a"]
