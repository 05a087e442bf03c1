FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN echo start # build follows \
    && go build -race -o /app .
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
