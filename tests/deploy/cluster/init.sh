#!/usr/bin/env bash
# Process 1 of the node: makes it a machine of its own, and waits.  init.sh NAME ADDRESS STATE
set -euo pipefail
NAME=$1 ADDRESS=$2 STATE=$3

hostname "$NAME"
mount --make-rshared /  # kubelet and containerd pass mounts on, within this node alone
for it in /run /var/log /var/lib/cni /usr/libexec/kubernetes; do
    mkdir -p "$it"
    mount -t tmpfs tmpfs "$it"  # fixed places that daemons write to
done
mkdir -p /run/netns /run/lock

# kubelet would set these for the whole machine.  It finds what it wants, in files of ours.
for it in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1; do
    wanted=/run/$(tr / - <<<"${it%=*}")
    echo "${it#*=}" >"$wanted"
    mount --bind "$wanted" "/proc/sys/${it%=*}"
done

# An address that is not loopback, on a link of which both ends are here: nothing leads outside.
# The neighbour on the default route is made up; services' addresses need a route before iptables.
ip link set lo up
ip link add uplink type veth peer name nowhere
ip addr add "$ADDRESS/24" dev uplink
ip link set uplink up
ip link set nowhere up
ip neigh add "${ADDRESS%.*}.254" lladdr 02:00:00:00:00:fe dev uplink nud permanent
ip route add default via "${ADDRESS%.*}.254" dev uplink
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 net.ipv4.conf.all.rp_filter=0

touch "$STATE/up"
trap 'exit 0' TERM
while :; do sleep 3600 & wait $! || true; done  # and bash reaps what is left behind
