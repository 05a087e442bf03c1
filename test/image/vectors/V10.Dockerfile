FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN export CGO_ENABLED=0 && go build -o /app .
CMD ["/app"]
