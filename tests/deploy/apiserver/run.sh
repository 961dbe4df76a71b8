#!/usr/bin/env bash
# Builds etcd and kube-apiserver from their Go modules into .real/apiserver/, once, fetches the
# definitions of the kinds that options use, and applies every overlay to such a server.
# It needs Go, kubectl and openssl.  The build takes minutes, and 3 GB of Go's caches.
# What is said to it is said to pytest: `-k once` has each document taken once, in no combination.
# With `--if-there` before that it does nothing where one of the three is missing, and names it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

HERE=$PWD/tests/deploy/apiserver
REAL=$PWD/.real/apiserver
KEDA=github.com/kedacore/keda/v2@v2.21.0
GATEWAY=sigs.k8s.io/gateway-api@v1.4.0
PROMETHEUS=github.com/prometheus-operator/prometheus-operator@v0.85.0

LACKING=(1 "make test-apiserver")
[ "${1:-}" != --if-there ] || { LACKING=(0 "the API server is left out: it"); shift; }
for program in go kubectl openssl; do
    command -v "$program" >/dev/null || { echo "${LACKING[1]} needs $program" >&2; exit "${LACKING[0]}"; }
done

folder_of() {
    go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}

build() {
    local version number flags=()
    version=$(cd "$HERE" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
    # kubectl asks for the version, and a server that was not told it says nothing that it can read.
    for number in "gitVersion=$version" gitMajor=1 "gitMinor=$(cut -d . -f 2 <<<"$version")"; do
        flags+=(-X "k8s.io/component-base/version.$number")
    done
    echo "== building etcd and kube-apiserver $version"
    mkdir -p "$REAL/bin"
    (cd "$HERE" && go build -trimpath -ldflags "-s -w" -o "$REAL/bin/etcd" go.etcd.io/etcd/server/v3)
    (cd "$HERE" && go build -trimpath -ldflags "-s -w ${flags[*]}" \
        -o "$REAL/bin/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver)
}

definitions() {
    echo "== fetching the definitions of other kinds"
    rm -rf "$REAL/crds"
    mkdir -p "$REAL/crds"
    install -m 644 "$(folder_of "$KEDA")"/config/crd/bases/*.yaml "$REAL/crds"
    install -m 644 "$(folder_of "$GATEWAY")"/config/crd/standard/*.yaml "$REAL/crds"
    install -m 644 "$(folder_of "$PROMETHEUS")"/example/prometheus-operator-crd/*_{podmonitors,prometheusrules}.yaml \
        "$REAL/crds"
}

STAMP=$REAL/$(cat "$HERE/go.sum" "$HERE/run.sh" | cksum | cut -d ' ' -f 1).stamp
if [ ! -e "$STAMP" ]; then
    build
    definitions
    touch "$STAMP"
fi
exec .venv/bin/python -m pytest -q tests/deploy/apiserver/applying.py "$@"
