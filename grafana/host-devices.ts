import * as units from '@grafana/grafana-foundation-sdk/units';
import { row } from './dashboard.ts';
import { timeseries } from './panels.ts';
import { rate } from './rates.ts';
import { NODE } from './variables.ts';

/** Traffic of a host with itself is none of its links. */
const LINKS = 'device!="lo"';

export const disks = row('Disks', [
  timeseries(
    {
      title: 'Disk throughput',
      description: 'Bytes read from and written to each disk, partitions not counted again.',
      unit: units.BytesPerSecondIEC,
      width: 12,
    },
    { expr: rate('node_disk_read_bytes_total'), legend: '{{device}} read' },
    { expr: rate('node_disk_written_bytes_total'), legend: '{{device}} written' },
  ),
  timeseries(
    {
      title: 'Disk operations',
      description: 'Reads and writes that each disk completed, after the kernel joined neighbouring ones.',
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
        'The part of the time in which a disk had something to do. A disk that does many things at once can do more at 100 %.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: rate('node_disk_io_time_seconds_total'), legend: '{{device}}' },
  ).max(1),
  timeseries(
    {
      title: 'Disk queue',
      description: 'How many reads and writes each disk had at once, those that wait included, on average.',
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
      description: 'The part of each file system that programs without privileges cannot have any more.',
      unit: units.PercentUnit,
      width: 12,
    },
    { expr: partUsed('node_filesystem_avail_bytes', 'node_filesystem_size_bytes'), legend: '{{mountpoint}}' },
  ).max(1),
  timeseries(
    {
      title: 'Files used',
      description:
        'The part of the inodes in use: at 100 % no file can be made though there is space. Not every type of file system has a limit.',
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
      description: 'What came in over each interface; the loopback is left out.',
      unit: units.BitsPerSecondSI,
      width: 12,
    },
    { expr: `8 * ${rate('node_network_receive_bytes_total', LINKS)}`, legend: '{{device}}' },
  ),
  timeseries(
    {
      title: 'Network transmitted',
      description: 'What went out over each interface; the loopback is left out.',
      unit: units.BitsPerSecondSI,
      width: 12,
    },
    { expr: `8 * ${rate('node_network_transmit_bytes_total', LINKS)}`, legend: '{{device}}' },
  ),
  timeseries(
    {
      title: 'Network errors and drops',
      description:
        'Packets that were damaged, and good ones that were thrown away because there was no room or no use.',
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
      title: 'TCP segments sent again',
      description: 'The part of the segments that was sent once more because no answer came: what the network lost.',
      unit: units.PercentUnit,
      width: 6,
    },
    { expr: `${rate('node_netstat_Tcp_RetransSegs')} / ${rate('node_netstat_Tcp_OutSegs')}`, legend: 'sent again' },
  ),
  timeseries(
    {
      title: 'TCP connections',
      description: 'Connections that are established.',
      unit: units.Short,
      width: 6,
    },
    { expr: `node_netstat_Tcp_CurrEstab{${NODE}}`, legend: 'established' },
  ),
]);

/** A file system that has no limit says that it has 0. */
function partUsed(free: string, all: string): string {
  return `1 - ${free}{${NODE}} / (${all}{${NODE}} > 0)`;
}
