FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN ["sh", "-c", "CGO_ENABLED=0 go build -o /app ."]
RUN ["go", "build", "-ldflags=$FLAGS", "-o", "/b", "./cmd/app"]
CMD ["/app"]
