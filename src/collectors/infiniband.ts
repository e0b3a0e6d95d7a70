import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import type { AsyncTree, KernelTree } from '../host/host.ts';
import { counter, type Emit, type Family, gauge } from '../metrics/metric.ts';
import { parsePortCounter, parsePortRate, parsePortState } from '../parse/infiniband.ts';
import { parseText } from '../parse/lines.ts';
import { createFilter } from './support/filter.ts';

const PORT = ['device', 'port'] as const;

const info = gauge('node_infiniband_info', 'What the device says of itself; always 1.', [
  'device',
  'board_id',
  'firmware_version',
  'hca_type',
]);
const state = gauge('node_infiniband_state_id', 'State of the port: 1 down, 2 init, 3 armed, 4 active.', PORT);
const physicalState = gauge('node_infiniband_physical_state_id', 'Physical state of the port: 5 is a link.', PORT);
const rate = gauge('node_infiniband_rate_bytes_per_second', 'Speed of the link in bytes per second.', PORT);
const lifespan = gauge('node_infiniband_lifespan_seconds', 'How old a hardware counter may be.', PORT);

function count(name: string, help: string) {
  return counter(`node_infiniband_${name}_total`, help, PORT);
}

/** Data is counted in words of four bytes. */
const WORD_BYTES = 4;
const WORDS: ReadonlySet<string> = new Set([
  'port_rcv_data',
  'port_xmit_data',
  'port_rcv_data_64',
  'port_xmit_data_64',
]);

/** How long the hardware's counters are good for, in milliseconds. */
const LIFESPAN = 'lifespan';

/** By file. https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-class-infiniband */
const COUNTERS = {
  excessive_buffer_overrun_errors: count('excessive_buffer_overrun_errors', 'Overruns of a buffer, one after another.'),
  link_downed: count('link_downed', 'Times that the link went down for good.'),
  link_error_recovery: count('link_error_recovery', 'Times that the link recovered from an error.'),
  local_link_integrity_errors: count('local_link_integrity_errors', 'Times that there were too many physical errors.'),
  multicast_rcv_packets: count('multicast_packets_received', 'Multicast packets received.'),
  multicast_xmit_packets: count('multicast_packets_transmitted', 'Multicast packets sent.'),
  port_rcv_constraint_errors: count('port_constraint_errors_received', 'Packets received and not allowed.'),
  port_rcv_data: count('port_data_received_bytes', 'Bytes received.'),
  port_rcv_discards: count('port_discards_received', 'Packets received and discarded.'),
  port_rcv_errors: count('port_errors_received', 'Packets received with an error.'),
  port_rcv_packets: count('port_packets_received', 'Packets received.'),
  port_rcv_remote_physical_errors: count(
    'port_receive_remote_physical_errors',
    'Packets received that were bad before.',
  ),
  port_rcv_switch_relay_errors: count('port_receive_switch_relay_errors', 'Packets that the switch could not pass on.'),
  port_xmit_constraint_errors: count('port_constraint_errors_transmitted', 'Packets not allowed to be sent.'),
  port_xmit_data: count('port_data_transmitted_bytes', 'Bytes sent.'),
  port_xmit_discards: count('port_discards_transmitted', 'Packets discarded before they were sent.'),
  port_xmit_packets: count('port_packets_transmitted', 'Packets sent.'),
  port_xmit_wait: count('port_transmit_wait', 'Ticks in which the port had data and could not send.'),
  symbol_error: count('symbol_error', 'Small errors of the link.'),
  unicast_rcv_packets: count('unicast_packets_received', 'Unicast packets received.'),
  unicast_xmit_packets: count('unicast_packets_transmitted', 'Unicast packets sent.'),
  VL15_dropped: count('vl15_dropped', 'Management packets dropped for lack of room.'),
};

/** 64-bit counters of kernels before 4.5. */
const EXTENDED_COUNTERS = {
  port_multicast_rcv_packets: count('legacy_multicast_packets_received', 'Multicast packets received.'),
  port_multicast_xmit_packets: count('legacy_multicast_packets_transmitted', 'Multicast packets sent.'),
  port_rcv_data_64: count('legacy_data_received_bytes', 'Bytes received.'),
  port_rcv_packets_64: count('legacy_packets_received', 'Packets received.'),
  port_unicast_rcv_packets: count('legacy_unicast_packets_received', 'Unicast packets received.'),
  port_unicast_xmit_packets: count('legacy_unicast_packets_transmitted', 'Unicast packets sent.'),
  port_xmit_data_64: count('legacy_data_transmitted_bytes', 'Bytes sent.'),
  port_xmit_packets_64: count('legacy_packets_transmitted', 'Packets sent.'),
};

const HARDWARE_COUNTERS = {
  duplicate_request: count('duplicate_requests_packets', 'Requests received again.'),
  implied_nak_seq_err: count('implied_nak_seq_errors', 'Acknowledgements beyond the expected number.'),
  local_ack_timeout_err: count('local_ack_timeout_errors', 'Acknowledgements that did not come in time.'),
  np_cnp_sent: count('np_cnp_packets_sent', 'Congestion notifications sent.'),
  np_ecn_marked_roce_packets: count(
    'np_ecn_marked_roce_packets_received',
    'Packets received with a mark of congestion.',
  ),
  out_of_buffer: count('out_of_buffer_drops', 'Packets dropped for lack of a receive request.'),
  out_of_sequence: count('out_of_sequence_packets_received', 'Packets received out of order.'),
  packet_seq_err: count('packet_sequence_errors', 'Complaints received of packets out of order.'),
  req_cqe_error: count('req_cqes_errors', 'Requests completed with an error.'),
  req_cqe_flush_error: count('req_cqes_flush_errors', 'Requests flushed with an error.'),
  req_remote_access_errors: count('req_remote_access_errors', 'Requests that the remote did not allow.'),
  req_remote_invalid_request: count('req_remote_invalid_request_errors', 'Requests that the remote called invalid.'),
  resp_cqe_error: count('resp_cqes_errors', 'Responses completed with an error.'),
  resp_cqe_flush_error: count('resp_cqes_flush_errors', 'Responses flushed with an error.'),
  resp_local_length_error: count('resp_local_length_errors', 'Responses with a bad length.'),
  resp_remote_access_errors: count('resp_remote_access_errors', 'Requests received that were not allowed.'),
  rnr_nak_retry_err: count('rnr_nak_retry_packets_received', 'Answers received that the remote was not ready.'),
  roce_adp_retrans: count('roce_adp_retransmits', 'Adaptive retransmissions.'),
  roce_adp_retrans_to: count('roce_adp_retransmits_timeout', 'Adaptive retransmissions that came too late.'),
  roce_slow_restart: count('roce_slow_restart_used', 'Times that slow restart was used.'),
  roce_slow_restart_cnps: count('roce_slow_restart_cnps', 'Congestion notifications that slow restart made.'),
  roce_slow_restart_trans: count('roce_slow_restart', 'Times that slow restart began.'),
  rp_cnp_handled: count('rp_cnp_packets_handled', 'Congestion notifications received and heeded.'),
  rp_cnp_ignored: count('rp_cnp_ignored_packets_received', 'Congestion notifications received and ignored.'),
  rx_atomic_requests: count('rx_atomic_requests', 'Atomic requests received.'),
  rx_dct_connect: count('rx_dct_connect_requests', 'Requests for a connection received.'),
  rx_icrc_encapsulated: count('rx_icrc_encapsulated_errors', 'Packets received with a bad checksum.'),
  rx_read_requests: count('rx_read_requests', 'Read requests received.'),
  rx_write_requests: count('rx_write_requests', 'Write requests received.'),
};

interface Folder {
  readonly name: string;
  /** By file. */
  readonly families: ReadonlyMap<string, Family<'device' | 'port', 'counter'>>;
  /** Which devices have it. */
  readonly devices: RegExp;
}

const FOLDERS: readonly Folder[] = [
  // Intel's irdma has none, nor has nvs.
  { name: 'counters', families: new Map(Object.entries(COUNTERS)), devices: /^(?!irdma|nvs_)/ },
  { name: 'counters_ext', families: new Map(Object.entries(EXTENDED_COUNTERS)), devices: /^(?!irdma|nvs_)/ },
  // The names of other drivers' mean other things.
  { name: 'hw_counters', families: new Map(Object.entries(HARDWARE_COUNTERS)), devices: /^(irdma|mlx5_)/ },
];

const CLASS = 'class/infiniband';
const LANES = 2;

/** How drivers say that the port has no such counter, or none for others than root. */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'EACCES', 'EPERM']);

interface PortPath {
  readonly device: string;
  readonly port: string;
}

/** What a port says of itself comes from the firmware of the card. */
export const infiniband = defineCollector({
  name: 'infiniband',
  help: 'InfiniBand devices and their ports from /sys/class/infiniband',
  flags: {
    'device-include': pattern('InfiniBand devices to include; not together with device-exclude.'),
    'device-exclude': pattern('InfiniBand devices to exclude; not together with device-include.'),
  },
  create(options) {
    const isWanted = createFilter('collector.infiniband.device', options['device-include'], options['device-exclude']);
    const counters = FOLDERS.flatMap(({ families }) => [...families.values()]);
    return {
      families: [info, state, physicalState, rate, lifespan, ...counters],
      async collect({ sys, slowSys }, emit) {
        const devices = sys.list(CLASS).filter(isWanted);
        const infos = devices.map((device) => () => emitInfo(sys, emit, device));
        const ports = devices.flatMap((device) =>
          sys.listIfPresent(`${CLASS}/${device}/ports`).map((port): PortPath => ({ device, port })),
        );
        const readings = new Map<PortPath, Port>();
        const reads = ports.map((path) => async () => {
          readings.set(path, await readPort(sys, slowSys, path));
        });
        try {
          await forEachItem([...infos, ...reads], (visit) => visit(), LANES);
        } finally {
          for (const path of ports) emitPort(emit, path, readings.get(path));
        }
      },
    };
  },
});

function emitInfo(sys: KernelTree, emit: Emit, device: string): void {
  const read = (attribute: string): string => sys.readIfPresent(`${CLASS}/${device}/${attribute}`, parseText) ?? '';
  const labels = { board_id: read('board_id'), firmware_version: read('fw_ver'), hca_type: read('hca_type') };
  emit(info, 1, { device, ...labels });
}

interface Port {
  readonly state: number;
  readonly physicalState: number;
  readonly rate: number;
  readonly lifespanMilliseconds: number | undefined;
  readonly counts: ReadonlyMap<Family<'device' | 'port', 'counter'>, number>;
}

async function readPort(sys: KernelTree, slowSys: AsyncTree, { device, port }: PortPath): Promise<Port> {
  const path = `${CLASS}/${device}/ports/${port}`;
  const state = await slowSys.read(`${path}/state`, parsePortState);
  const physicalState = await slowSys.read(`${path}/phys_state`, parsePortState);
  const rate = await slowSys.read(`${path}/rate`, parsePortRate);
  const counts = new Map<Family<'device' | 'port', 'counter'>, number>();
  let lifespanMilliseconds: number | undefined;
  for (const { name: folder, families } of FOLDERS.filter(({ devices }) => devices.test(device))) {
    for (const file of sys.listIfPresent(`${path}/${folder}`)) {
      const family = families.get(file);
      if (family === undefined && file !== LIFESPAN) continue;
      const value = await slowSys.readIfPresent(`${path}/${folder}/${file}`, parsePortCounter, {
        ignoreErrno: NO_VALUE,
      });
      if (family === undefined) lifespanMilliseconds = value;
      else if (value !== undefined) counts.set(family, WORDS.has(file) ? value * WORD_BYTES : value);
    }
  }
  return { state, physicalState, rate, lifespanMilliseconds, counts };
}

function emitPort(emit: Emit, labels: PortPath, port: Port | undefined): void {
  if (port === undefined) return;
  emit(state, port.state, labels);
  emit(physicalState, port.physicalState, labels);
  emit(rate, port.rate, labels);
  const { lifespanMilliseconds } = port;
  if (lifespanMilliseconds !== undefined) emit(lifespan, Math.trunc(lifespanMilliseconds / 1000), labels);
  for (const [family, value] of port.counts) emit(family, value, labels);
}
