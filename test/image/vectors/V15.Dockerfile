FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
CMD ["go", "run", "."]
