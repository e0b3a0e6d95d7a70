/** A column of `/proc/net/dev`. */
export interface NetDevColumn {
  /** The part of the family's name between `node_network_` and `_total`. */
  readonly name: string;
  /** Name that replaces `name` if the flag enable-detailed-metrics is set; absent if the name stays the same. */
  readonly detailed?: string;
  readonly help: string;
  /**
   * Files of `/sys/class/net/<device>/statistics` whose numbers the kernel adds up in this column, see
   * dev_seq_printf_stats() in https://elixir.bootlin.com/linux/latest/source/net/core/net-procfs.c
   */
  readonly files: readonly string[];
}

/** The columns of `/proc/net/dev`, in their order: eight for received packets and eight for sent packets. */
export const COLUMNS: readonly NetDevColumn[] = [
  { name: 'receive_bytes', help: 'Bytes received by the network device.', files: ['rx_bytes'] },
  { name: 'receive_packets', help: 'Packets received by the network device.', files: ['rx_packets'] },
  {
    name: 'receive_errs',
    detailed: 'receive_errors',
    help: 'Packets with errors received by the network device.',
    files: ['rx_errors'],
  },
  {
    name: 'receive_drop',
    detailed: 'receive_dropped',
    help: 'Received packets that the host dropped or that the network device missed for lack of buffers.',
    files: ['rx_dropped', 'rx_missed_errors'],
  },
  {
    name: 'receive_fifo',
    help: 'Received packets lost because a FIFO buffer of the network device was full.',
    files: ['rx_fifo_errors'],
  },
  {
    name: 'receive_frame',
    help: 'Packets received by the network device that had a bad length, frame or checksum or were larger than the buffer.',
    files: ['rx_length_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors'],
  },
  {
    name: 'receive_compressed',
    help: 'Compressed packets received by the network device.',
    files: ['rx_compressed'],
  },
  { name: 'receive_multicast', help: 'Multicast packets received by the network device.', files: ['multicast'] },
  { name: 'transmit_bytes', help: 'Bytes sent by the network device.', files: ['tx_bytes'] },
  { name: 'transmit_packets', help: 'Packets sent by the network device.', files: ['tx_packets'] },
  {
    name: 'transmit_errs',
    detailed: 'transmit_errors',
    help: 'Packets that the network device failed to send.',
    files: ['tx_errors'],
  },
  {
    name: 'transmit_drop',
    detailed: 'transmit_dropped',
    help: 'Packets that were dropped before the network device could send them.',
    files: ['tx_dropped'],
  },
  {
    name: 'transmit_fifo',
    help: 'Packets that the network device could not send because its FIFO buffer ran empty.',
    files: ['tx_fifo_errors'],
  },
  { name: 'transmit_colls', help: 'Collisions while the network device sent packets.', files: ['collisions'] },
  {
    name: 'transmit_carrier',
    help: 'Packets that the network device could not send because of a carrier, abort, heartbeat or window error.',
    files: ['tx_carrier_errors', 'tx_aborted_errors', 'tx_window_errors', 'tx_heartbeat_errors'],
  },
  { name: 'transmit_compressed', help: 'Compressed packets sent by the network device.', files: ['tx_compressed'] },
];

/** Counters of a device in the order of {@link COLUMNS}; `undefined` for a counter that cannot be read. */
export type DeviceCounts = readonly (number | undefined)[];

/** A file of `/sys/class/net/<device>/statistics`. */
export interface NetStatistic {
  readonly file: string;
  /** The part of the family's name between `node_network_` and `_total`. */
  readonly name: string;
  readonly help: string;
}

/** The only statistic that no column of `/proc/net/dev` includes. */
export const NO_HANDLER: NetStatistic = {
  file: 'rx_nohandler',
  name: 'receive_nohandler',
  help: 'Received packets dropped because the network device is inactive, such as the backup device of a bond.',
};

/** The statistics in the order in which they are emitted. https://docs.kernel.org/networking/statistics.html */
export const STATISTICS: readonly NetStatistic[] = [
  { file: 'rx_packets', name: 'receive_packets', help: 'Packets received by the network device.' },
  { file: 'tx_packets', name: 'transmit_packets', help: 'Packets sent by the network device.' },
  { file: 'rx_bytes', name: 'receive_bytes', help: 'Bytes received by the network device.' },
  { file: 'tx_bytes', name: 'transmit_bytes', help: 'Bytes sent by the network device.' },
  { file: 'rx_errors', name: 'receive_errors', help: 'Packets with errors received by the network device.' },
  { file: 'tx_errors', name: 'transmit_errors', help: 'Packets that the network device failed to send.' },
  {
    file: 'rx_dropped',
    name: 'receive_dropped',
    help: 'Packets received by the network device and dropped by the host.',
  },
  {
    file: 'tx_dropped',
    name: 'transmit_dropped',
    help: 'Packets that were dropped before the network device could send them.',
  },
  { file: 'multicast', name: 'multicast', help: 'Multicast packets received by the network device.' },
  { file: 'collisions', name: 'collisions', help: 'Collisions while the network device sent packets.' },
  {
    file: 'rx_length_errors',
    name: 'receive_length_errors',
    help: 'Packets with a bad length that the network device received.',
  },
  {
    file: 'rx_over_errors',
    name: 'receive_over_errors',
    help: 'Packets received by the network device that did not fit into a buffer of the host.',
  },
  {
    file: 'rx_crc_errors',
    name: 'receive_crc_errors',
    help: 'Packets with a bad checksum that the network device received.',
  },
  {
    file: 'rx_frame_errors',
    name: 'receive_frame_errors',
    help: 'Packets with a frame alignment error that the network device received.',
  },
  {
    file: 'rx_fifo_errors',
    name: 'receive_fifo_errors',
    help: 'Received packets lost because a FIFO buffer of the network device was full.',
  },
  {
    file: 'rx_missed_errors',
    name: 'receive_missed_errors',
    help: 'Packets missed by the network device for lack of buffers on the host.',
  },
  {
    file: 'tx_aborted_errors',
    name: 'transmit_aborted_errors',
    help: 'Packets whose transmission the network device aborted, such as after too many collisions.',
  },
  {
    file: 'tx_carrier_errors',
    name: 'transmit_carrier_errors',
    help: 'Packets not sent because the network device lost the carrier.',
  },
  {
    file: 'tx_fifo_errors',
    name: 'transmit_fifo_errors',
    help: 'Packets that the network device could not send because its FIFO buffer ran empty.',
  },
  {
    file: 'tx_heartbeat_errors',
    name: 'transmit_heartbeat_errors',
    help: 'Heartbeat (SQE test) errors while the network device sent packets.',
  },
  {
    file: 'tx_window_errors',
    name: 'transmit_window_errors',
    help: 'Packets not sent by the network device because of a late collision.',
  },
  { file: 'rx_compressed', name: 'receive_compressed', help: 'Compressed packets received by the network device.' },
  { file: 'tx_compressed', name: 'transmit_compressed', help: 'Compressed packets sent by the network device.' },
  NO_HANDLER,
];
