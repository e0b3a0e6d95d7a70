import { defineCollector } from '../collection/collector.ts';
import { counter, type Emit, gauge, labelsOf } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { type EmittingRead, emitDevices, emittingRead, labelReads } from './support/slow-attributes.ts';

/** Attributes of a port that become labels; the directory of the port contains a file for each of them. */
const ATTRIBUTES = [
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
] as const;

const info = gauge('node_fibrechannel_info', 'State, address and speed of the Fibre Channel port; always 1.', [
  'fc_host',
  ...ATTRIBUTES,
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

/**
 * The attributes are read asynchronously: the drivers lpfc, qla2xxx, bfa and zfcp query the adapter for the statistics and
 * for some of the labels, and a read hangs if the adapter does not respond (show_fc_host_* in
 * drivers/scsi/scsi_transport_fc.c).
 *
 * https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-fc_host
 */
export const fibrechannel = defineCollector({
  name: 'fibrechannel',
  help: 'Fibre Channel ports and their statistics from /sys/class/fc_host',
  create: () => ({
    families: [info, ...STATISTICS.map(([, family]) => family)],
    async collect(host, emit) {
      const { sys } = host;
      await emitDevices(
        host,
        sys.list(CLASS).map((name) => listReads(emit, name)),
      );
    },
  }),
});

/**
 * Returns the reads of a port. Drivers differ in their attributes: a label without its attribute is empty, and a counter
 * without its attribute is left out.
 */
function listReads(emit: Emit, name: string): EmittingRead[] {
  const path = `${CLASS}/${name}`;
  return [
    ...labelReads(
      ATTRIBUTES.map((attribute) => [attribute, `${path}/${attribute}`]),
      (texts) => {
        const labels = labelsOf(ATTRIBUTES, (attribute) => formatLabel(attribute, texts[attribute]));
        emit(info, 1, { fc_host: name, ...labels });
      },
    ),
    ...STATISTICS.map(([attribute, family]) =>
      emittingRead(`${path}/statistics/${attribute}`, parseCount, (count) => {
        if (count !== undefined) emit(family, count, { fc_host: name });
      }),
    ),
  ];
}

function formatLabel(attribute: string, text: string): string {
  return HEXADECIMAL_ATTRIBUTES.has(attribute) && text.length > 2 ? text.slice(2) : text;
}

/** Parses a counter. Returns `undefined` if all 64 bits are set: the adapter does not support the counter. */
function parseCount(text: string): number | undefined {
  return /^0xf{16}$/i.test(text.trim()) ? undefined : parseIntegerFile(text);
}
