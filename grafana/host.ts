import { dashboard } from './dashboard.ts';
import { cpu, memory, pressure } from './host-compute.ts';
import { disks, fileSystems, network } from './host-devices.ts';

/** The dashboard for CPU, memory and devices of a host, with node_exporter's metric names. */
export const host = dashboard(
  {
    uid: 'otel-node-exporter-host',
    title: 'Host',
    description: 'CPU, memory, pressure, disks, file systems and network of a host.',
  },
  [cpu, memory, pressure, disks, fileSystems, network],
);
