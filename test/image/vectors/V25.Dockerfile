FROM golang:1.27rc1-bookworm AS build
RUN apt-get update && apt-get install -y gccgo
WORKDIR /src
COPY . .
RUN go build -compiler=gccgo -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
