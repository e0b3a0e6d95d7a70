import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { counter } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const CHANNEL = ['controller', 'csrow', 'channel', 'dimm_label'] as const;

const correctable = counter('node_edac_correctable_errors_total', 'Memory errors that were corrected.', ['controller']);
const uncorrectable = counter('node_edac_uncorrectable_errors_total', 'Memory errors that were not.', ['controller']);
const rowCorrectable = counter('node_edac_csrow_correctable_errors_total', 'Corrected errors of a chip-select row.', [
  'controller',
  'csrow',
]);
const rowUncorrectable = counter('node_edac_csrow_uncorrectable_errors_total', 'Those that were not corrected.', [
  'controller',
  'csrow',
]);
const channelCorrectable = counter(
  'node_edac_channel_correctable_errors_total',
  'Corrected errors of a DIMM.',
  CHANNEL,
);
const channelUncorrectable = counter(
  'node_edac_channel_uncorrectable_errors_total',
  'Errors of a DIMM that were not corrected.',
  CHANNEL,
);

const CONTROLLERS = 'devices/system/edac/mc';

/** https://docs.kernel.org/admin-guide/ras.html */
export const edac = defineCollector({
  name: 'edac',
  help: 'Memory errors from /sys/devices/system/edac',
  create: () => ({
    families: [correctable, uncorrectable, rowCorrectable, rowUncorrectable, channelCorrectable, channelUncorrectable],
    async collect({ sys }, emit) {
      await forEachItem(numbered(sys.listIfPresent(CONTROLLERS), /^mc(\d+)$/), ({ name, number: controller }) => {
        const path = `${CONTROLLERS}/${name}`;
        const counts = readCounts(sys, path);
        // Errors that the hardware could not tell the row of.
        const unknown = {
          number: 'unknown',
          ce: read(sys, path, 'ce_noinfo_count'),
          ue: read(sys, path, 'ue_noinfo_count'),
        };
        const rows = numbered(sys.list(path), /^csrow(\d+)$/).map((row) => ({
          number: row.number,
          ...readCounts(sys, `${path}/${row.name}`),
          channels: readChannels(sys, `${path}/${row.name}`),
        }));
        if (counts.ce !== undefined) emit(correctable, counts.ce, { controller });
        if (counts.ue !== undefined) emit(uncorrectable, counts.ue, { controller });
        for (const { number: csrow, ce, ue } of [unknown, ...rows]) {
          if (ce !== undefined) emit(rowCorrectable, ce, { controller, csrow });
          if (ue !== undefined) emit(rowUncorrectable, ue, { controller, csrow });
        }
        for (const { number: csrow, channels } of rows) {
          for (const { channel, dimm_label, isCorrectable, count } of channels) {
            const family = isCorrectable ? channelCorrectable : channelUncorrectable;
            emit(family, count, { controller, csrow, channel, dimm_label });
          }
        }
      });
    },
  }),
});

interface Counts {
  readonly ce: number | undefined;
  readonly ue: number | undefined;
}

function readCounts(sys: KernelTree, path: string): Counts {
  return { ce: read(sys, path, 'ce_count'), ue: read(sys, path, 'ue_count') };
}

function read(sys: KernelTree, path: string, attribute: string): number | undefined {
  return sys.readIfPresent(`${path}/${attribute}`, parseIntegerFile);
}

interface Channel {
  readonly channel: string;
  readonly dimm_label: string;
  readonly isCorrectable: boolean;
  readonly count: number;
}

function readChannels(sys: KernelTree, row: string): Channel[] {
  return sys.list(row).flatMap((name) => {
    const [, channel, kind] = /^ch(\d+)_(ce|ue)_count$/.exec(name) ?? [];
    const count = channel === undefined ? undefined : read(sys, row, name);
    if (channel === undefined || count === undefined) return [];
    const label = sys.readIfPresent(`${row}/ch${channel}_dimm_label`, parseText);
    return {
      channel,
      dimm_label: label === undefined ? 'unknown' : spaced(label),
      isCorrectable: kind === 'ce',
      count,
    };
  });
}

/** `CPU#0csrow1channel0` becomes `CPU0_csrow1_channel0`, as in node_exporter. */
function spaced(label: string): string {
  return label.replaceAll('#', '').replaceAll('csrow', '_csrow').replaceAll('channel', '_channel');
}

function numbered(names: readonly string[], pattern: RegExp): { readonly name: string; readonly number: string }[] {
  return names.flatMap((name) => {
    const number = pattern.exec(name)?.[1];
    return number === undefined ? [] : { name, number };
  });
}
