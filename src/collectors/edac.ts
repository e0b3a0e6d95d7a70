import { attempt, defineCollector } from '../collection/collector.ts';
import { type Host, type KernelTree, optional } from '../host/host.ts';
import { counter, type Emit } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const CONTROLLER = ['controller'] as const;
const ROW = ['controller', 'csrow'] as const;
const CHANNEL = ['controller', 'csrow', 'channel', 'dimm_label'] as const;

const correctable = counter(
  'node_edac_correctable_errors_total',
  'Corrected memory errors at the memory controller.',
  CONTROLLER,
);
const uncorrectable = counter(
  'node_edac_uncorrectable_errors_total',
  'Uncorrected memory errors at the memory controller.',
  CONTROLLER,
);
const rowCorrectable = counter(
  'node_edac_csrow_correctable_errors_total',
  'Corrected memory errors in the chip-select row of the memory controller.',
  ROW,
);
const rowUncorrectable = counter(
  'node_edac_csrow_uncorrectable_errors_total',
  'Uncorrected memory errors in the chip-select row of the memory controller.',
  ROW,
);
const channelCorrectable = counter(
  'node_edac_channel_correctable_errors_total',
  'Corrected memory errors on one memory channel of the chip-select row.',
  CHANNEL,
);
const channelUncorrectable = counter(
  'node_edac_channel_uncorrectable_errors_total',
  'Uncorrected memory errors on one memory channel of the chip-select row.',
  CHANNEL,
);

const CONTROLLERS = 'devices/system/edac/mc';

/**
 * The reads do not wait for the hardware: the drivers collect errors by interrupt or timer, and the kernel holds the
 * totals in memory (drivers/edac/edac_mc_sysfs.c).
 *
 * https://docs.kernel.org/admin-guide/ras.html
 */
export const edac = defineCollector({
  name: 'edac',
  help: 'Memory errors from /sys/devices/system/edac/mc',
  create: () => ({
    families: [correctable, uncorrectable, rowCorrectable, rowUncorrectable, channelCorrectable, channelUncorrectable],
    collect(host, emit) {
      for (const { name, number } of withNumber(host.sys.listIfPresent(CONTROLLERS), /^mc(\d+)$/)) {
        emitController(emit, number, readController(host, `${CONTROLLERS}/${name}`));
      }
    },
  }),
});

/** Numbers of memory errors. A number is `undefined` if the driver does not count this kind of error. */
interface ErrorCounts {
  readonly corrected: number | undefined;
  readonly uncorrected: number | undefined;
}

interface MemoryController extends ErrorCounts {
  /** Errors whose row the hardware could not determine. */
  readonly unknownRow: ErrorCounts;
  readonly rows: readonly MemoryRow[];
}

interface MemoryRow extends ErrorCounts {
  readonly number: string;
  readonly channels: readonly MemoryChannel[];
}

interface MemoryChannel {
  readonly number: string;
  readonly label: string;
  readonly isCorrected: boolean;
  readonly errors: number;
}

function readController(host: Host, path: string): MemoryController {
  const { sys } = host;
  return {
    ...readCounts(sys, path, ['ce_count', 'ue_count']),
    unknownRow: readCounts(sys, path, ['ce_noinfo_count', 'ue_noinfo_count']),
    rows: withNumber(sys.listIfPresent(path), /^csrow(\d+)$/).map(({ name, number }) => ({
      number,
      ...readCounts(sys, `${path}/${name}`, ['ce_count', 'ue_count']),
      channels: readChannels(host, `${path}/${name}`),
    })),
  };
}

function readCounts(
  sys: KernelTree,
  path: string,
  [corrected, uncorrected]: readonly [corrected: string, uncorrected: string],
): ErrorCounts {
  return {
    corrected: sys.readIfPresent(`${path}/${corrected}`, parseIntegerFile),
    uncorrected: sys.readIfPresent(`${path}/${uncorrected}`, parseIntegerFile),
  };
}

/** Returns one entry per error count. A channel with counts of corrected and of uncorrected errors has two entries. */
function readChannels(host: Host, row: string): MemoryChannel[] {
  const { sys } = host;
  return sys.listIfPresent(row).flatMap((name) => {
    const [, number, kind] = /^ch(\d+)_(ce|ue)_count$/.exec(name) ?? [];
    const errors = number === undefined ? undefined : sys.readIfPresent(`${row}/${name}`, parseIntegerFile);
    if (number === undefined || errors === undefined) return [];
    const label = attempt(host, () => readDimmLabel(sys, `${row}/ch${number}_dimm_label`));
    return label === undefined ? [] : { number, label, isCorrected: kind === 'ce', errors };
  });
}

function readDimmLabel(sys: KernelTree, path: string): string {
  const label = optional(() => sys.read(path, parseText));
  return label === undefined ? 'unknown' : formatLabel(label);
}

/** Formats a label as node_exporter does: `CPU#0csrow1channel0` becomes `CPU0_csrow1_channel0`. */
function formatLabel(label: string): string {
  return label.replaceAll('#', '').replaceAll('csrow', '_csrow').replaceAll('channel', '_channel');
}

/** Returns the names that match a pattern, each with the number that the pattern captures. */
function withNumber(names: readonly string[], pattern: RegExp): { readonly name: string; readonly number: string }[] {
  return names.flatMap((name) => {
    const number = pattern.exec(name)?.[1];
    return number === undefined ? [] : { name, number };
  });
}

function emitController(emit: Emit, controller: string, memory: MemoryController): void {
  if (memory.corrected !== undefined) emit(correctable, memory.corrected, { controller });
  if (memory.uncorrected !== undefined) emit(uncorrectable, memory.uncorrected, { controller });
  for (const { number: csrow, corrected, uncorrected } of [
    { number: 'unknown', ...memory.unknownRow },
    ...memory.rows,
  ]) {
    if (corrected !== undefined) emit(rowCorrectable, corrected, { controller, csrow });
    if (uncorrected !== undefined) emit(rowUncorrectable, uncorrected, { controller, csrow });
  }
  for (const { number: csrow, channels } of memory.rows) {
    for (const { number: channel, label, isCorrected, errors } of channels) {
      const family = isCorrected ? channelCorrectable : channelUncorrectable;
      emit(family, errors, { controller, csrow, channel, dimm_label: label });
    }
  }
}
