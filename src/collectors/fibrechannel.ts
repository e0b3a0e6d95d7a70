import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { Host } from '../host/host.ts';
import { counter, gauge, labelsOf } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const info = gauge('node_fibrechannel_info', 'What a Fibre Channel host says of itself; always 1.', [
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

/** Written as `0x…`, which the labels are without. */
const HEXADECIMAL: ReadonlySet<string> = new Set(['port_id', 'port_name', 'fabric_name']);

/** By the name of the attribute. */
const STATISTICS = [
  ['dumped_frames', counter('node_fibrechannel_dumped_frames_total', 'Frames dumped.', ['fc_host'])],
  ['error_frames', counter('node_fibrechannel_error_frames_total', 'Frames with errors.', ['fc_host'])],
  ['invalid_crc_count', counter('node_fibrechannel_invalid_crc_total', 'Wrong check sums.', ['fc_host'])],
  ['rx_frames', counter('node_fibrechannel_rx_frames_total', 'Frames received.', ['fc_host'])],
  ['rx_words', counter('node_fibrechannel_rx_words_total', 'Words received.', ['fc_host'])],
  ['tx_frames', counter('node_fibrechannel_tx_frames_total', 'Frames sent.', ['fc_host'])],
  ['tx_words', counter('node_fibrechannel_tx_words_total', 'Words sent.', ['fc_host'])],
  [
    'seconds_since_last_reset',
    counter('node_fibrechannel_seconds_since_last_reset_total', 'Seconds since these were reset.', ['fc_host']),
  ],
  [
    'invalid_tx_word_count',
    counter('node_fibrechannel_invalid_tx_words_total', 'Invalid words sent by the port.', ['fc_host']),
  ],
  ['link_failure_count', counter('node_fibrechannel_link_failure_total', 'Failures of the link.', ['fc_host'])],
  ['loss_of_sync_count', counter('node_fibrechannel_loss_of_sync_total', 'Losses of synchronisation.', ['fc_host'])],
  ['loss_of_signal_count', counter('node_fibrechannel_loss_of_signal_total', 'Losses of the signal.', ['fc_host'])],
  ['nos_count', counter('node_fibrechannel_nos_total', 'Sequences that say not operational.', ['fc_host'])],
  ['fcp_packet_aborts', counter('node_fibrechannel_fcp_packet_aborts_total', 'Packets aborted.', ['fc_host'])],
] as const;

const CLASS = 'class/fc_host';

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-fc_host */
export const fibrechannel = defineCollector({
  name: 'fibrechannel',
  help: 'Fibre Channel hosts from /sys/class/fc_host',
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
    // A driver has the attributes that it can answer.
    const text = label === 'fc_host' ? name : (sys.readIfPresent(`${CLASS}/${name}/${label}`, parseText) ?? '');
    return HEXADECIMAL.has(label) && text.length > 2 ? text.slice(2) : text;
  });
}

/** What drivers answer that do not count this. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['EINVAL']);

/** To read one, the driver asks the adapter for all of them (lpfc, qla2xxx), and a dead one does not answer. */
async function readCounts({ slowSys }: Host, name: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [attribute] of STATISTICS) {
    const path = `${CLASS}/${name}/statistics/${attribute}`;
    const count = await slowSys.readIfPresent(path, parseCount, { ignoreErrno: NOT_COUNTED });
    if (count !== undefined) counts.set(attribute, count);
  }
  return counts;
}

/** All bits are set where the adapter does not count. */
function parseCount(text: string): number | undefined {
  return /^0xf{16}$/i.test(text.trim()) ? undefined : parseIntegerFile(text);
}
