import { defineCollector } from '../collection/collector.ts';
import { ignoredToggle, pattern } from '../flags/flag.ts';
import { gauge } from '../metrics/metric.ts';
import { parseArp } from '../parse/arp.ts';
import { createFilter } from './support/filter.ts';

const entries = gauge('node_arp_entries', 'Entries in the ARP table for the network device.', ['device']);

/** https://man7.org/linux/man-pages/man5/proc_net.5.html */
export const arp = defineCollector({
  name: 'arp',
  help: 'ARP entries of each network device from /proc/net/arp',
  flags: {
    'device-include': pattern('Network devices to include; mutually exclusive with device-exclude.'),
    'device-exclude': pattern('Network devices to exclude; mutually exclusive with device-include.'),
    netlink: ignoredToggle('the collector arp reads /proc/net/arp and never netlink'),
  },
  create(options) {
    const isIncluded = createFilter('collector.arp.device', options['device-include'], options['device-exclude']);
    return {
      families: [entries],
      collect({ proc }, emit) {
        for (const [device, count] of proc.read('net/arp', parseArp)) {
          if (isIncluded(device)) emit(entries, count, { device });
        }
      },
    };
  },
});
