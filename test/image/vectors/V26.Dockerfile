FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go install -buildmode=shared -linkshared std && go build -linkshared -o /a .
RUN go build -buildmode=plugin -o /p.so ./plugin
RUN go mod vendor && go build -mod=vendor -ldflags=-linkmode=external -o /c ./cmd/app
FROM debian:bookworm-slim
COPY --from=build /a /c /p.so /
CMD ["/a"]
