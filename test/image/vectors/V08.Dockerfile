FROM golang:1.22-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=1
ARG CGO_ENABLED=0
COPY . .
RUN go build -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
