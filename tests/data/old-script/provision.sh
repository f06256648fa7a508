#!/bin/bash
# provision the GPU containers of rack 0 and their VMs
export PATH=/opt/rocks/bin:$PATH
rocks add network private subnet=10.1.0.0 netmask=255.255.0.0 mtu=1500 servedns=true
rocks add network public 192.0.2.0 255.255.255.0
rocks set network mtu public 9000
rocks "add host" vm-container-0-15 cpus=16 rack=0 rank=15 membership="VM Container" os=linux
rocks add host compute-0-0 cpus=8 rack=0 rank=0 membership=compute os=linux
rocks add host interface vm-container-0-15 eth0 ip=$(rocks report nextip private) subnet=private
rocks set host interface mac vm-container-0-15 iface=eth0 mac=00:16:3e:00:00:12
rocks add host interface vm-container-0-15 eth1 subnet=public
rocks add host alias vm-container-0-15 gpu15
rocks add host attr vm-container-0-15 kvm true
rocks add os attr linux HttpRoot /var/www/html
rocks sync config
rocks sync host network vm-container-0-15
i=1
for bus in 02 03; do
	rocks set host gpu vm-container-0-15 gpupci$i pci_0000_${bus}_00_0
	i=$((i+1))
done
for h in `rocks list host | grep vm-container | cut -d: -f1`; do
	rocks add host vm $h membership="Hosted VM" name=rocks-33 mem=4096 cpus=4 num-macs=2 vlan=none,0
	rocks add host vm $h hosted-vm name=rocks-34 slice=5 mem=1024 sync-config=n
done
for v in rocks-33 rocks-34; do
	rocks set host interface subnet $v eth0 private
	rocks set host interface ip $v iface=eth0 ip=$(rocks report nextip private)
	rocks set host attr $v HVM_Features '<acpi/><apic/><pae/>'
	rocks set host attr $v attr=cpu_mode value=host-passthrough
	rocks set host boot $v action=os 2>/dev/null || true
done
rocks set host interface subnet rocks-33 eth1 public
rocks set host attr rocks-33 kvm_cpu_pinning pin_all
rocks set host cpus rocks-34 2
rocks add host gpu rocks-33 gpupci pci_0000_02_00_0
rocks list host gpu
rocks list host vm showdisks=1 | awk '{print $1, $2, $3, $4}'
if [ "`rocks report host attr vm-container-0-15 attr=kvm`" = true ]; then
	rocks report host gpu vm-container-0-15 pydict=true
fi
mask=$(rocks list network private output-header=no output-col=netmask)
echo netmask $mask
rocks run host gpu15 'hostname' collate=yes
rocks set host runaction compute-0-0 action=os
rocks dump > /tmp/site.sh
export ROCKS_DB=/tmp/again.db
. /tmp/site.sh
rocks dump | diff - /tmp/site.sh && echo same
rocks remove host rocks-34 && rocks list host interface rocks-33 | wc -l
