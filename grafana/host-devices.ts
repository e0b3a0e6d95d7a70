import * as units from '@grafana/grafana-foundation-sdk/units';
import { row } from './dashboard.ts';
import { timeseries } from './panels.ts';
import { rate } from './rates.ts';
import { NODE } from './variables.ts';

/** Label matcher for all network devices except the loopback device, whose traffic does not leave the host. */
const LINKS = 'device!="lo"';

export const disks = row('Disks', [
  timeseries(
    {
      title: 'Disk throughput',
      description: 'Bytes per second read from and written to each disk. Partitions are not shown.',
      unit: units.BytesPerSecondIEC,
      width: 12,
    },
    { expr: rate('node_disk_read_bytes_total'), legend: '{{device}} read' },
    { expr: rate('node_disk_written_bytes_total'), legend: '{{device}} written' },
  ),
  timeseries(
    {
      title: 'Disk operations',
      description: 'Reads and writes completed per second by each disk, after the kernel merged adjacent requests.',
      unit: units.IOOpsPerSecond,
      width: 12,
    },
    { expr: rate('node_disk_reads_completed_total'), legend: '{{device}} reads' },
    { expr: rate('node_disk_writes_completed_total'), legend: '{{device}} writes' },
  ),
  timeseries(
    {
      title: 'Disks busy',
      description:
        'Share of time in which each disk had a request in progress. An SSD or array serves requests in parallel and may do more at 100 %.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: rate('node_disk_io_time_seconds_total'), legend: '{{device}}' },
  ).max(1),
  timeseries(
    {
      title: 'Disk queue',
      description: 'Average number of requests in progress or queued at each disk.',
      unit: units.Short,
      width: 12,
    },
    { expr: rate('node_disk_io_time_weighted_seconds_total'), legend: '{{device}}' },
  ),
]);

export const fileSystems = row('File systems', [
  timeseries(
    {
      title: 'Space used',
      description: 'Share of each file system that is not available to unprivileged users.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: partUsed('node_filesystem_avail_bytes', 'node_filesystem_size_bytes'), legend: '{{mountpoint}}' },
  ).max(1),
  timeseries(
    {
      title: 'Files used',
      description:
        'Share of inodes in use. At 100 % no file can be created, even if space is free. Some file system types have no limit.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: partUsed('node_filesystem_files_free', 'node_filesystem_files'), legend: '{{mountpoint}}' },
  ).max(1),
]);

export const network = row('Network', [
  timeseries(
    {
      title: 'Network received',
      description: 'Bits per second received by each interface, without the loopback.',
      unit: units.BitsPerSecondSI,
      width: 12,
    },
    { expr: `8 * ${rate('node_network_receive_bytes_total', LINKS)}`, legend: '{{device}}' },
  ),
  timeseries(
    {
      title: 'Network transmitted',
      description: 'Bits per second transmitted by each interface, without the loopback.',
      unit: units.BitsPerSecondSI,
      width: 12,
    },
    { expr: `8 * ${rate('node_network_transmit_bytes_total', LINKS)}`, legend: '{{device}}' },
  ),
  timeseries(
    {
      title: 'Network errors and drops',
      description: 'Packets per second with errors, and intact packets that were dropped, in both directions.',
      unit: units.PacketsPerSecond,
      width: 12,
    },
    {
      expr: `${rate('node_network_receive_errs_total', LINKS)} + ${rate('node_network_transmit_errs_total', LINKS)}`,
      legend: '{{device}} errors',
    },
    {
      expr: `${rate('node_network_receive_drop_total', LINKS)} + ${rate('node_network_transmit_drop_total', LINKS)}`,
      legend: '{{device}} drops',
    },
  ),
  timeseries(
    {
      title: 'TCP retransmissions',
      description: 'Share of TCP segments that were retransmitted because no acknowledgement arrived.',
      unit: units.PercentUnit,
      width: 6,
    },
    { expr: `${rate('node_netstat_Tcp_RetransSegs')} / ${rate('node_netstat_Tcp_OutSegs')}`, legend: 'retransmitted' },
  ),
  timeseries(
    {
      title: 'TCP connections',
      description: 'TCP connections in state ESTABLISHED or CLOSE_WAIT.',
      unit: units.Short,
      width: 6,
    },
    { expr: `node_netstat_Tcp_CurrEstab{${NODE}}`, legend: 'established' },
  ),
]);

/**
 * Returns a query for the used fraction of a resource. Leaves out file systems with a total of 0, because they have no
 * limit.
 */
function partUsed(free: string, all: string): string {
  return `1 - ${free}{${NODE}} / (${all}{${NODE}} > 0)`;
}
