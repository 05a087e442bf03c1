FROM golang:1.13.5-alpine as builder
RUN apk update && apk add gcc libc-dev
COPY ./GoMinimal.go ./GoMinimal.go
RUN go build -ldflags '-linkmode=external' GoMinimal.go
FROM alpine:3.11
RUN apk add --no-cache ca-certificates libc6-compat
COPY --from=builder /go/GoMinimal /GoMinimal
CMD ["/GoMinimal"]
