# Compiles the program with Debian's packages and runs it.
set -eu
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=
export GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/latchkey-go}"
exec go run "$(dirname "$0")/$1.go"
