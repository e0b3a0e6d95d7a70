import { defineCollector, forEachItem } from '../collection/collector.ts';
import { toggle } from '../flags/flag.ts';
import { AbsentError, type Host, isAbsentOr, type KernelTree, PERMISSION_ERRNOS } from '../host/host.ts';
import { counter, familiesByName } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { toMetricNamePart } from './support/metric-name.ts';

const joules = counter('node_rapl_joules_total', 'Energy used by the RAPL power zone, in joules.', [
  'index',
  'path',
  'rapl_zone',
]);
const joulesOfZone = familiesByName((zone) =>
  counter(`node_rapl_${zone}_joules_total`, `Energy used by the RAPL power zone ${zone}, in joules.`, [
    'index',
    'path',
  ]),
);

const CLASS = 'class/powercap';
const MICROJOULES = 1e6;

/** https://docs.kernel.org/power/powercap/powercap.html */
export const rapl = defineCollector({
  name: 'rapl',
  help: 'Energy used by processors and memory (RAPL) from /sys/class/powercap',
  flags: {
    'enable-zone-label': toggle('Emit one metric with the RAPL zone as a label instead of one metric for each zone.'),
  },
  create: ({ 'enable-zone-label': hasZoneLabel }) => ({
    families: [joules],
    dynamicFamilies: [joulesOfZone('<zone>')],
    async collect(host, emit) {
      const denied = new Set<string>();
      await forEachItem(listZones(host.sys), async ({ path, zone, index }) => {
        const microjoules = await readEnergy(host, path);
        if (microjoules === undefined) {
          denied.add(path);
          return;
        }
        const labels = { index: String(index), path: host.sys.path(path) };
        if (hasZoneLabel) emit(joules, microjoules / MICROJOULES, { ...labels, rapl_zone: zone });
        else emit(joulesOfZone(toMetricNamePart(zone)), microjoules / MICROJOULES, labels);
      });
      if (denied.size > 0)
        throw new AbsentError(`Cannot read energy_uj of ${[...denied].join(', ')}: permission denied`);
    },
  }),
});

/**
 * Returns the energy in microjoules, or `undefined` without permission. Since Linux 5.10 only root may read the energy,
 * because its changes reveal the data that the processor works on (CVE-2020-8694). A read waits while a CPU is being
 * switched on or off. For zones such as `scmi:0`, a read also waits for the firmware.
 */
async function readEnergy({ slowSys }: Host, path: string): Promise<number | undefined> {
  try {
    return await slowSys.read(`${path}/energy_uj`, parseIntegerFile);
  } catch (error) {
    if (!(error instanceof AbsentError) && isAbsentOr(error, PERMISSION_ERRNOS)) return undefined;
    throw error;
  }
}

interface RaplZone {
  /** Path relative to `/sys`. */
  readonly path: string;
  /** Name of the zone without its number: `package` for `package-1`. */
  readonly zone: string;
  /**
   * Number that distinguishes zones of the same name: 1 for `package-1`. For a zone without a number, it is the index
   * among the zones of that name.
   */
  readonly index: number;
}

function listZones(sys: KernelTree): RaplZone[] {
  const nextIndexes = new Map<string, number>();
  return sys.list(CLASS).flatMap((entry) => {
    const path = `${CLASS}/${entry}`;
    const name = sys.readIfPresent(`${path}/name`, parseText);
    if (name === undefined) return [];
    const [, prefix, number] = /^([^-]*)-(\d{1,9})$/.exec(name) ?? [];
    const zone = prefix ?? name;
    const index = number === undefined ? (nextIndexes.get(zone) ?? 0) : Number(number);
    nextIndexes.set(zone, index + 1);
    return { path, zone, index };
  });
}
