import { counter, gauge } from '../../metrics/metric.ts';

const LABELS = ['device'] as const;

export const up = gauge(
  'node_network_up',
  'Whether the operational state of the network device is "up": 1 if it is, 0 if not.',
  LABELS,
);

export const info = gauge(
  'node_network_info',
  'Addresses, duplex mode, states and alias of the network device; always 1.',
  ['device', 'address', 'broadcast', 'duplex', 'operstate', 'adminstate', 'ifalias'],
);

export const speed = gauge(
  'node_network_speed_bytes',
  'Speed of the link of the network device, in bytes per second; negative if the speed is unknown.',
  LABELS,
);

/** Name of the attribute in {@link NUMBERS} that is read with the link. */
export const CARRIER = 'carrier';

/**
 * The attributes of `/sys/class/net/<device>` that hold a number, each with its family.
 * https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net
 */
export const NUMBERS = Object.entries({
  addr_assign_type: gauge(
    'node_network_address_assign_type',
    'How the network device got its address: 0 permanent, 1 random, 2 taken from another device, 3 set by software.',
    LABELS,
  ),
  carrier: gauge('node_network_carrier', 'Whether the network device has a link: 1 if it has, 0 if not.', LABELS),
  carrier_changes: counter(
    'node_network_carrier_changes_total',
    'Times that the link of the network device went up or down.',
    LABELS,
  ),
  carrier_up_count: counter(
    'node_network_carrier_up_changes_total',
    'Times that the link of the network device went up.',
    LABELS,
  ),
  carrier_down_count: counter(
    'node_network_carrier_down_changes_total',
    'Times that the link of the network device went down.',
    LABELS,
  ),
  dev_id: gauge('node_network_device_id', 'Number that distinguishes network devices with the same address.', LABELS),
  dormant: gauge(
    'node_network_dormant',
    'Whether the network device waits for an event such as 802.1X authentication: 1 if it does, 0 if not.',
    LABELS,
  ),
  flags: gauge(
    'node_network_flags',
    'Flags of the network device as a bit mask of IFF_* values; see netdevice(7).',
    LABELS,
  ),
  ifindex: gauge('node_network_iface_id', 'Interface index of the network device.', LABELS),
  iflink: gauge(
    'node_network_iface_link',
    'Interface index of the lower device of the network device; equal to node_network_iface_id if it has no lower device.',
    LABELS,
  ),
  link_mode: gauge('node_network_iface_link_mode', 'Link mode of the network device: 0 default, 1 dormant.', LABELS),
  mtu: gauge('node_network_mtu_bytes', 'Maximum transmission unit (MTU) of the network device, in bytes.', LABELS),
  name_assign_type: gauge(
    'node_network_name_assign_type',
    'How the network device got its name: 1 numbered by the kernel, 2 named predictably by the kernel, ' +
      '3 named by user space, 4 renamed by user space.',
    LABELS,
  ),
  netdev_group: gauge(
    'node_network_net_dev_group',
    'Group number of the network device; 0 is the default group.',
    LABELS,
  ),
  tx_queue_len: gauge(
    'node_network_transmit_queue_length',
    'Maximum length of the transmit queue of the network device, in packets.',
    LABELS,
  ),
  type: gauge(
    'node_network_protocol_type',
    'Link-layer type of the network device as an ARPHRD_* number, such as 1 for Ethernet.',
    LABELS,
  ),
});
