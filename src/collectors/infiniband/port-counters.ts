import { counter, type Family } from '../../metrics/metric.ts';

export type PortCounter = Family<'device' | 'port', 'counter'>;

function declare(name: string, help: string): PortCounter {
  return counter(`node_infiniband_${name}_total`, help, ['device', 'port']);
}

/**
 * Files in the directory `counters` of a port, each with its family.
 *
 * https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-class-infiniband
 */
const COUNTERS = {
  excessive_buffer_overrun_errors: declare(
    'excessive_buffer_overrun_errors',
    'Times that an input buffer of the InfiniBand port overran.',
  ),
  link_downed: declare(
    'link_downed',
    'Times that the link of the InfiniBand port went down because it could not recover from an error.',
  ),
  link_error_recovery: declare(
    'link_error_recovery',
    'Times that the link of the InfiniBand port recovered from an error.',
  ),
  local_link_integrity_errors: declare(
    'local_link_integrity_errors',
    'Times that the local physical errors of the InfiniBand port exceeded their threshold.',
  ),
  multicast_rcv_packets: declare(
    'multicast_packets_received',
    'Multicast packets that the InfiniBand port received, including packets with errors.',
  ),
  multicast_xmit_packets: declare(
    'multicast_packets_transmitted',
    'Multicast packets that the InfiniBand port transmitted, including packets with errors.',
  ),
  port_rcv_constraint_errors: declare(
    'port_constraint_errors_received',
    'Packets that the InfiniBand switch port received and discarded because of a filter or partition check.',
  ),
  port_rcv_data: declare('port_data_received_bytes', 'Bytes that the InfiniBand port received.'),
  port_rcv_discards: declare(
    'port_discards_received',
    'Inbound packets that the InfiniBand port discarded because it was down or congested.',
  ),
  port_rcv_errors: declare('port_errors_received', 'Packets with errors that the InfiniBand port received.'),
  port_rcv_packets: declare(
    'port_packets_received',
    'Packets that the InfiniBand port received, including packets with errors.',
  ),
  port_rcv_remote_physical_errors: declare(
    'port_receive_remote_physical_errors',
    'Packets that the InfiniBand port received with an end-of-bad-packet mark (EBP).',
  ),
  port_rcv_switch_relay_errors: declare(
    'port_receive_switch_relay_errors',
    'Packets that the InfiniBand port received and that the switch discarded because it could not forward them.',
  ),
  port_xmit_constraint_errors: declare(
    'port_constraint_errors_transmitted',
    'Packets that the InfiniBand switch port did not transmit because of a filter or partition check.',
  ),
  port_xmit_data: declare('port_data_transmitted_bytes', 'Bytes that the InfiniBand port transmitted.'),
  port_xmit_discards: declare(
    'port_discards_transmitted',
    'Outbound packets that the InfiniBand port discarded because it was down or congested.',
  ),
  port_xmit_packets: declare(
    'port_packets_transmitted',
    'Packets that the InfiniBand port transmitted, including packets with errors.',
  ),
  port_xmit_wait: declare(
    'port_transmit_wait',
    'Clock ticks during which the InfiniBand port had data to transmit but transmitted no data.',
  ),
  symbol_error: declare('symbol_error', 'Minor link errors of the InfiniBand port.'),
  unicast_rcv_packets: declare(
    'unicast_packets_received',
    'Unicast packets that the InfiniBand port received, including packets with errors.',
  ),
  unicast_xmit_packets: declare(
    'unicast_packets_transmitted',
    'Unicast packets that the InfiniBand port transmitted, including packets with errors.',
  ),
  VL15_dropped: declare(
    'vl15_dropped',
    'Management packets (VL15) that the InfiniBand port dropped for lack of resources.',
  ),
};

/** Files in the directory `counters_ext` of a port, where kernels before 4.5 have 64-bit counters. */
const EXTENDED_COUNTERS = {
  port_multicast_rcv_packets: declare(
    'legacy_multicast_packets_received',
    'Multicast packets that the InfiniBand port received, according to its legacy counters (counters_ext).',
  ),
  port_multicast_xmit_packets: declare(
    'legacy_multicast_packets_transmitted',
    'Multicast packets that the InfiniBand port transmitted, according to its legacy counters (counters_ext).',
  ),
  port_rcv_data_64: declare(
    'legacy_data_received_bytes',
    'Bytes that the InfiniBand port received, according to its legacy counters (counters_ext).',
  ),
  port_rcv_packets_64: declare(
    'legacy_packets_received',
    'Packets that the InfiniBand port received, according to its legacy counters (counters_ext).',
  ),
  port_unicast_rcv_packets: declare(
    'legacy_unicast_packets_received',
    'Unicast packets that the InfiniBand port received, according to its legacy counters (counters_ext).',
  ),
  port_unicast_xmit_packets: declare(
    'legacy_unicast_packets_transmitted',
    'Unicast packets that the InfiniBand port transmitted, according to its legacy counters (counters_ext).',
  ),
  port_xmit_data_64: declare(
    'legacy_data_transmitted_bytes',
    'Bytes that the InfiniBand port transmitted, according to its legacy counters (counters_ext).',
  ),
  port_xmit_packets_64: declare(
    'legacy_packets_transmitted',
    'Packets that the InfiniBand port transmitted, according to its legacy counters (counters_ext).',
  ),
};

/**
 * Files in the directory `hw_counters` of a port. The HELP texts describe the counters of the driver mlx5:
 * drivers/infiniband/hw/mlx5/counters.c
 */
const HARDWARE_COUNTERS = {
  duplicate_request: declare(
    'duplicate_requests_packets',
    'Duplicate request packets that the InfiniBand port received.',
  ),
  implied_nak_seq_err: declare(
    'implied_nak_seq_errors',
    'Acknowledgements that the InfiniBand port received with a higher sequence number than expected.',
  ),
  local_ack_timeout_err: declare(
    'local_ack_timeout_errors',
    'Times that a queue pair of the InfiniBand port received no acknowledgement before its timer expired.',
  ),
  np_cnp_sent: declare(
    'np_cnp_packets_sent',
    'Congestion notification packets that the InfiniBand port sent after it received RoCE packets with a congestion mark.',
  ),
  np_ecn_marked_roce_packets: declare(
    'np_ecn_marked_roce_packets_received',
    'RoCE packets with a congestion mark (ECN) that the InfiniBand port received.',
  ),
  out_of_buffer: declare(
    'out_of_buffer_drops',
    'Packets that the InfiniBand port dropped because a queue pair had no receive buffer.',
  ),
  out_of_sequence: declare(
    'out_of_sequence_packets_received',
    'Packets that the InfiniBand port received out of sequence.',
  ),
  packet_seq_err: declare(
    'packet_sequence_errors',
    'Negative acknowledgements (NAK) that the InfiniBand port received because the peer detected a packet sequence error.',
  ),
  req_cqe_error: declare(
    'req_cqes_errors',
    'Completion queue entries with an error that the InfiniBand port detected as requester.',
  ),
  req_cqe_flush_error: declare(
    'req_cqes_flush_errors',
    'Completion queue entries with a flush error that the InfiniBand port detected as requester.',
  ),
  req_remote_access_errors: declare(
    'req_remote_access_errors',
    'Remote access errors that the InfiniBand port detected as requester.',
  ),
  req_remote_invalid_request: declare(
    'req_remote_invalid_request_errors',
    'Requests of the InfiniBand port that the peer rejected as invalid.',
  ),
  resp_cqe_error: declare(
    'resp_cqes_errors',
    'Completion queue entries with an error that the InfiniBand port detected as responder.',
  ),
  resp_cqe_flush_error: declare(
    'resp_cqes_flush_errors',
    'Completion queue entries with a flush error that the InfiniBand port detected as responder.',
  ),
  resp_local_length_error: declare(
    'resp_local_length_errors',
    'Local length errors that the InfiniBand port detected as responder.',
  ),
  resp_remote_access_errors: declare(
    'resp_remote_access_errors',
    'Remote access errors that the InfiniBand port detected as responder.',
  ),
  rnr_nak_retry_err: declare(
    'rnr_nak_retry_packets_received',
    'Negative acknowledgements that the InfiniBand port received because the receiver was not ready (RNR NAK).',
  ),
  roce_adp_retrans: declare('roce_adp_retransmits', 'Adaptive retransmissions of RoCE traffic on the InfiniBand port.'),
  roce_adp_retrans_to: declare(
    'roce_adp_retransmits_timeout',
    'Times that RoCE traffic on the InfiniBand port timed out because of adaptive retransmission.',
  ),
  roce_slow_restart: declare('roce_slow_restart_used', 'Times that the InfiniBand port used RoCE slow restart.'),
  roce_slow_restart_cnps: declare(
    'roce_slow_restart_cnps',
    'Times that RoCE slow restart on the InfiniBand port generated congestion notification packets.',
  ),
  roce_slow_restart_trans: declare(
    'roce_slow_restart',
    'Times that the InfiniBand port entered the state RoCE slow restart.',
  ),
  rp_cnp_handled: declare(
    'rp_cnp_packets_handled',
    'Congestion notification packets that the InfiniBand port handled by reducing its transmission rate.',
  ),
  rp_cnp_ignored: declare(
    'rp_cnp_ignored_packets_received',
    'Congestion notification packets that the InfiniBand port received and ignored.',
  ),
  rx_atomic_requests: declare('rx_atomic_requests', 'Atomic requests that the InfiniBand port received.'),
  rx_dct_connect: declare(
    'rx_dct_connect_requests',
    'Connection requests for a dynamically connected transport (DCT) that the InfiniBand port received.',
  ),
  rx_icrc_encapsulated: declare(
    'rx_icrc_encapsulated_errors',
    'RoCE packets with an invalid checksum (ICRC) that the InfiniBand port received.',
  ),
  rx_read_requests: declare('rx_read_requests', 'Read requests that the InfiniBand port received.'),
  rx_write_requests: declare('rx_write_requests', 'Write requests that the InfiniBand port received.'),
};

interface CounterDirectory {
  /** Name of the directory, relative to the directory of a port. */
  readonly name: string;
  /** Families of the counters, by file name. */
  readonly families: ReadonlyMap<string, PortCounter>;
  /** Matches the names of the devices that have these families. */
  readonly devices: RegExp;
}

export const COUNTER_DIRECTORIES: readonly CounterDirectory[] = [
  // Devices of the drivers irdma (Intel) and nvs do not have the counters in these two directories.
  { name: 'counters', families: new Map(Object.entries(COUNTERS)), devices: /^(?!irdma|nvs_)/ },
  { name: 'counters_ext', families: new Map(Object.entries(EXTENDED_COUNTERS)), devices: /^(?!irdma|nvs_)/ },
  // Drivers other than irdma and mlx5 use the same file names for different counters.
  { name: 'hw_counters', families: new Map(Object.entries(HARDWARE_COUNTERS)), devices: /^(irdma|mlx5_)/ },
];

/** Counters whose unit is a word of four bytes. */
export const WORD_COUNTERS: ReadonlySet<string> = new Set([
  'port_rcv_data',
  'port_xmit_data',
  'port_rcv_data_64',
  'port_xmit_data_64',
]);
export const BYTES_PER_WORD = 4;
