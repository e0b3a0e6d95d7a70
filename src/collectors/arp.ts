import { defineCollector } from '../collection/collector.ts';
import { ignoredToggle, pattern } from '../flags/flag.ts';
import { gauge } from '../metrics/metric.ts';
import { parseArp } from '../parse/arp.ts';
import { createFilter } from './support/filter.ts';

const entries = gauge('node_arp_entries', 'Neighbours in the ARP table, by network device.', ['device']);

export const arp = defineCollector({
  name: 'arp',
  help: 'Neighbours of each network device from /proc/net/arp',
  flags: {
    'device-include': pattern('Network devices whose neighbours to include; not together with device-exclude.'),
    'device-exclude': pattern('Network devices whose neighbours to exclude; not together with device-include.'),
    netlink: ignoredToggle('arp reads /proc/net/arp: a netlink socket cannot be opened from Node.js'),
  },
  create(options) {
    const isWanted = createFilter('collector.arp.device', options['device-include'], options['device-exclude']);
    return {
      families: [entries],
      collect({ proc }, emit) {
        for (const [device, count] of proc.read('net/arp', parseArp)) {
          if (isWanted(device)) emit(entries, count, { device });
        }
      },
    };
  },
});
