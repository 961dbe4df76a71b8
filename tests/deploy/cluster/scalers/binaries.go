//go:build tools

// Package scalers names what programs.py builds for the drill `scale`, so that go.mod pins it.
package scalers

import (
	_ "github.com/kedacore/keda/v2/cmd/adapter"
	_ "github.com/kedacore/keda/v2/cmd/operator"
	_ "github.com/kedacore/keda/v2/cmd/webhooks"
	_ "sigs.k8s.io/metrics-server/cmd/metrics-server"
)
