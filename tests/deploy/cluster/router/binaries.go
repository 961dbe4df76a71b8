//go:build tools

// Package router names what programs.py builds, so that go.mod pins it.
package router

import _ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
