FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN export CGO_ENABLED=0
RUN go build -ldflags "-linkmode external" -o /app .
CMD ["/app"]
