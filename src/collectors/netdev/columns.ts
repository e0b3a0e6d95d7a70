/** What the kernel counts of network devices, in /proc/net/dev and in sysfs, and what these counts are called. */

export interface Column {
  readonly name: string;
  /** What it is called with enable-detailed-metrics. */
  readonly detailed?: string;
  readonly help: string;
  /** What it adds up, in `/sys/class/net/<device>/statistics`; net/core/net-procfs.c of the kernel does so too. */
  readonly files: readonly string[];
}

/** The columns of /proc/net/dev, in their order. */
export const COLUMNS: readonly Column[] = [
  { name: 'receive_bytes', help: 'Bytes received.', files: ['rx_bytes'] },
  { name: 'receive_packets', help: 'Packets received.', files: ['rx_packets'] },
  { name: 'receive_errs', detailed: 'receive_errors', help: 'Packets received with an error.', files: ['rx_errors'] },
  {
    name: 'receive_drop',
    detailed: 'receive_dropped',
    help: 'Packets received and dropped, or missed for lack of room.',
    files: ['rx_dropped', 'rx_missed_errors'],
  },
  { name: 'receive_fifo', help: 'Packets lost because a buffer of the device was full.', files: ['rx_fifo_errors'] },
  {
    name: 'receive_frame',
    help: 'Packets received with a bad length, frame or checksum, or larger than the buffer.',
    files: ['rx_length_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors'],
  },
  { name: 'receive_compressed', help: 'Compressed packets received.', files: ['rx_compressed'] },
  { name: 'receive_multicast', help: 'Multicast packets received.', files: ['multicast'] },
  { name: 'transmit_bytes', help: 'Bytes sent.', files: ['tx_bytes'] },
  { name: 'transmit_packets', help: 'Packets sent.', files: ['tx_packets'] },
  {
    name: 'transmit_errs',
    detailed: 'transmit_errors',
    help: 'Packets not sent because of an error.',
    files: ['tx_errors'],
  },
  {
    name: 'transmit_drop',
    detailed: 'transmit_dropped',
    help: 'Packets dropped before they were sent.',
    files: ['tx_dropped'],
  },
  {
    name: 'transmit_fifo',
    help: 'Packets not sent because a buffer of the device ran empty.',
    files: ['tx_fifo_errors'],
  },
  { name: 'transmit_colls', help: 'Collisions while packets were sent.', files: ['collisions'] },
  {
    name: 'transmit_carrier',
    help: 'Packets not sent because of the carrier, an abort, the heartbeat or the window.',
    files: ['tx_carrier_errors', 'tx_aborted_errors', 'tx_window_errors', 'tx_heartbeat_errors'],
  },
  { name: 'transmit_compressed', help: 'Compressed packets sent.', files: ['tx_compressed'] },
];

export interface Statistic {
  /** In `/sys/class/net/<device>/statistics`. */
  readonly file: string;
  readonly name: string;
  readonly help: string;
}

export const NO_HANDLER: Statistic = {
  file: 'rx_nohandler',
  name: 'receive_nohandler',
  help: 'Packets received that nobody on this host had a use for.',
};

/** https://docs.kernel.org/networking/statistics.html */
export const STATISTICS: readonly Statistic[] = [
  { file: 'rx_packets', name: 'receive_packets', help: 'Packets received.' },
  { file: 'tx_packets', name: 'transmit_packets', help: 'Packets sent.' },
  { file: 'rx_bytes', name: 'receive_bytes', help: 'Bytes received.' },
  { file: 'tx_bytes', name: 'transmit_bytes', help: 'Bytes sent.' },
  { file: 'rx_errors', name: 'receive_errors', help: 'Packets received with an error.' },
  { file: 'tx_errors', name: 'transmit_errors', help: 'Packets not sent because of an error.' },
  { file: 'rx_dropped', name: 'receive_dropped', help: 'Packets received and dropped.' },
  { file: 'tx_dropped', name: 'transmit_dropped', help: 'Packets dropped before they were sent.' },
  { file: 'multicast', name: 'multicast', help: 'Multicast packets received.' },
  { file: 'collisions', name: 'collisions', help: 'Collisions while packets were sent.' },
  { file: 'rx_length_errors', name: 'receive_length_errors', help: 'Packets received with a bad length.' },
  { file: 'rx_over_errors', name: 'receive_over_errors', help: 'Packets received that were larger than the buffer.' },
  { file: 'rx_crc_errors', name: 'receive_crc_errors', help: 'Packets received with a bad checksum.' },
  { file: 'rx_frame_errors', name: 'receive_frame_errors', help: 'Packets received with a bad frame.' },
  {
    file: 'rx_fifo_errors',
    name: 'receive_fifo_errors',
    help: 'Packets lost because a buffer of the device was full.',
  },
  { file: 'rx_missed_errors', name: 'receive_missed_errors', help: 'Packets missed for lack of room.' },
  { file: 'tx_aborted_errors', name: 'transmit_aborted_errors', help: 'Packets whose sending was aborted.' },
  {
    file: 'tx_carrier_errors',
    name: 'transmit_carrier_errors',
    help: 'Packets not sent because the carrier was lost.',
  },
  { file: 'tx_fifo_errors', name: 'transmit_fifo_errors', help: 'Packets not sent because a buffer ran empty.' },
  {
    file: 'tx_heartbeat_errors',
    name: 'transmit_heartbeat_errors',
    help: 'Packets not sent because of the heartbeat.',
  },
  { file: 'tx_window_errors', name: 'transmit_window_errors', help: 'Packets not sent because of a late collision.' },
  { file: 'rx_compressed', name: 'receive_compressed', help: 'Compressed packets received.' },
  { file: 'tx_compressed', name: 'transmit_compressed', help: 'Compressed packets sent.' },
  NO_HANDLER,
];
