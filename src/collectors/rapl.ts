import { defineCollector, forEachItem } from '../collection/collector.ts';
import { toggle } from '../flags/flag.ts';
import { AbsentError, isAbsentOr, type KernelTree, PERMISSION_ERRNOS } from '../host/host.ts';
import { counter, familiesByName } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { toMetricNamePart } from './support/metric-name.ts';

const joules = counter('node_rapl_joules_total', 'Energy that a zone of the processor has used.', [
  'index',
  'path',
  'rapl_zone',
]);
const joulesOfZone = familiesByName((zone) =>
  counter(`node_rapl_${zone}_joules_total`, `Energy that the ${zone} zone of the processor has used.`, [
    'index',
    'path',
  ]),
);

const CLASS = 'class/powercap';

/** https://docs.kernel.org/power/powercap/powercap.html */
export const rapl = defineCollector({
  name: 'rapl',
  help: 'Energy of processors and memory from /sys/class/powercap',
  flags: { 'enable-zone-label': toggle('Emit one metric with the zone as a label, not one metric for each zone.') },
  create: ({ 'enable-zone-label': hasZoneLabel }) => ({
    families: [joules],
    dynamicFamilies: [joulesOfZone('<zone>')],
    async collect({ sys }, emit) {
      const denied = new Set<string>();
      await forEachItem(zonesOf(sys), ({ folder, zone, index }) => {
        const microjoules = readEnergy(sys, folder);
        if (microjoules === undefined) {
          denied.add(folder);
          return;
        }
        const labels = { index: String(index), path: sys.path(folder) };
        if (hasZoneLabel) emit(joules, microjoules / 1e6, { ...labels, rapl_zone: zone });
        else emit(joulesOfZone(toMetricNamePart(zone)), microjoules / 1e6, labels);
      });
      if (denied.size > 0) throw new AbsentError(`Cannot read energy_uj of ${[...denied].join(', ')}: not allowed`);
    },
  }),
});

/**
 * Since 5.10 the kernel lets only root read it: its changes tell what the processor computes.
 *
 * @returns nothing when reading is not allowed
 */
function readEnergy(sys: KernelTree, folder: string): number | undefined {
  try {
    return sys.read(`${folder}/energy_uj`, parseIntegerFile);
  } catch (error) {
    if (!(error instanceof AbsentError) && isAbsentOr(error, PERMISSION_ERRNOS)) return undefined;
    throw error;
  }
}

interface Zone {
  /** Below /sys. */
  readonly folder: string;
  readonly zone: string;
  /** Tells zones of one name apart: the number in `package-1`, else the place among the namesakes. */
  readonly index: number;
}

function zonesOf(sys: KernelTree): Zone[] {
  const nextIndexes = new Map<string, number>();
  return sys.list(CLASS).flatMap((entry) => {
    const folder = `${CLASS}/${entry}`;
    const name = sys.readIfPresent(`${folder}/name`, parseText);
    if (name === undefined) return [];
    const [, numbered, number] = /^([^-]*)-(\d{1,9})$/.exec(name) ?? [];
    const zone = numbered ?? name;
    const index = number === undefined ? (nextIndexes.get(zone) ?? 0) : Number(number);
    nextIndexes.set(zone, index + 1);
    return { folder, zone, index };
  });
}
