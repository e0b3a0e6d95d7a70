import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { Host } from '../host/host.ts';
import { counter, gauge, labelsOf } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const info = gauge('node_fibrechannel_info', 'State, address and speed of the Fibre Channel port; always 1.', [
  'fc_host',
  'speed',
  'port_state',
  'port_type',
  'port_id',
  'port_name',
  'fabric_name',
  'symbolic_name',
  'supported_classes',
  'supported_speeds',
  'dev_loss_tmo',
]);

/** Attributes whose value starts with `0x`. The labels omit this prefix. */
const HEXADECIMAL_ATTRIBUTES: ReadonlySet<string> = new Set(['port_id', 'port_name', 'fabric_name']);

/** Attributes in the directory `statistics` of a port. */
const STATISTICS = [
  [
    'dumped_frames',
    counter(
      'node_fibrechannel_dumped_frames_total',
      'Frames that the Fibre Channel port discarded, for example for lack of buffers.',
      ['fc_host'],
    ),
  ],
  [
    'error_frames',
    counter('node_fibrechannel_error_frames_total', 'Frames in which the Fibre Channel port detected an error.', [
      'fc_host',
    ]),
  ],
  [
    'invalid_crc_count',
    counter(
      'node_fibrechannel_invalid_crc_total',
      'Frames in which the Fibre Channel port detected an invalid checksum (CRC).',
      ['fc_host'],
    ),
  ],
  [
    'rx_frames',
    counter('node_fibrechannel_rx_frames_total', 'Frames that the Fibre Channel port received.', ['fc_host']),
  ],
  [
    'rx_words',
    counter(
      'node_fibrechannel_rx_words_total',
      'Transmission words (4 bytes of data each) that the Fibre Channel port received.',
      ['fc_host'],
    ),
  ],
  [
    'tx_frames',
    counter('node_fibrechannel_tx_frames_total', 'Frames that the Fibre Channel port transmitted.', ['fc_host']),
  ],
  [
    'tx_words',
    counter(
      'node_fibrechannel_tx_words_total',
      'Transmission words (4 bytes of data each) that the Fibre Channel port transmitted.',
      ['fc_host'],
    ),
  ],
  [
    'seconds_since_last_reset',
    counter(
      'node_fibrechannel_seconds_since_last_reset_total',
      'Time since the statistics of the Fibre Channel port were reset, in seconds.',
      ['fc_host'],
    ),
  ],
  [
    'invalid_tx_word_count',
    counter(
      'node_fibrechannel_invalid_tx_words_total',
      'Invalid transmission words that the Fibre Channel port detected.',
      ['fc_host'],
    ),
  ],
  [
    'link_failure_count',
    counter('node_fibrechannel_link_failure_total', 'Link failures of the Fibre Channel port.', ['fc_host']),
  ],
  [
    'loss_of_sync_count',
    counter(
      'node_fibrechannel_loss_of_sync_total',
      'Times that the Fibre Channel port lost the synchronization of its link.',
      ['fc_host'],
    ),
  ],
  [
    'loss_of_signal_count',
    counter(
      'node_fibrechannel_loss_of_signal_total',
      'Times that the Fibre Channel port lost the signal of its link.',
      ['fc_host'],
    ),
  ],
  [
    'nos_count',
    counter(
      'node_fibrechannel_nos_total',
      'Primitive sequences "Not Operational" (NOS) that the Fibre Channel port received; they report a failed link.',
      ['fc_host'],
    ),
  ],
  [
    'fcp_packet_aborts',
    counter('node_fibrechannel_fcp_packet_aborts_total', 'SCSI packets (FCP) that the Fibre Channel port aborted.', [
      'fc_host',
    ]),
  ],
] as const;

const CLASS = 'class/fc_host';

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-fc_host */
export const fibrechannel = defineCollector({
  name: 'fibrechannel',
  help: 'Fibre Channel ports and their statistics from /sys/class/fc_host',
  create: () => ({
    families: [info, ...STATISTICS.map(([, family]) => family)],
    async collect(host, emit) {
      await forEachItem(host.sys.list(CLASS), async (name) => {
        const labels = readLabels(host, name);
        const counts = await readCounts(host, name);
        emit(info, 1, labels);
        for (const [attribute, family] of STATISTICS) {
          const count = counts.get(attribute);
          if (count !== undefined) emit(family, count, { fc_host: name });
        }
      });
    },
  }),
});

function readLabels({ sys }: Host, name: string) {
  return labelsOf(info.labels, (label) => {
    // Drivers differ in their attributes; a missing attribute becomes an empty label.
    const text = label === 'fc_host' ? name : (sys.readIfPresent(`${CLASS}/${name}/${label}`, parseText) ?? '');
    return HEXADECIMAL_ATTRIBUTES.has(label) && text.length > 2 ? text.slice(2) : text;
  });
}

/** Error with which a driver rejects the read of an unsupported counter. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['EINVAL']);

/**
 * Reads the counters of a port asynchronously: the drivers lpfc and qla2xxx query the adapter at each read, and the read
 * hangs if the adapter does not respond.
 */
async function readCounts({ slowSys }: Host, name: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [attribute] of STATISTICS) {
    const path = `${CLASS}/${name}/statistics/${attribute}`;
    const count = await slowSys.readIfPresent(path, parseCount, { ignoreErrno: NOT_COUNTED });
    if (count !== undefined) counts.set(attribute, count);
  }
  return counts;
}

/** Parses a counter. Returns `undefined` if all 64 bits are set: the adapter does not support the counter. */
function parseCount(text: string): number | undefined {
  return /^0xf{16}$/i.test(text.trim()) ? undefined : parseIntegerFile(text);
}
