FROM golang:1.22-alpine AS build
WORKDIR /src
COPY . .
RUN go build -ldflags=-linkmode=external -o /app .
FROM alpine:3.20
COPY --from=build /app /app
CMD ["/app"]
