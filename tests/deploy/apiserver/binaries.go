//go:build tools

// Package apiserver names what run.sh builds, so that go.mod pins it.
package apiserver

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
