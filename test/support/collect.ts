import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { CollectorResult, Pass } from '../../src/collection/pass.ts';
import type { Host } from '../../src/host/host.ts';
import type { Sample } from '../../src/metrics/metric.ts';

export interface Collected {
  readonly state: CollectorResult['state'];
  /** Errors of a failed collector. The roots of the host tree are replaced by `/proc` and `/sys`. */
  readonly errors: readonly string[];
  /**
   * Samples as text: `node_disk_reads_completed_total{device="sda"} 1`. The samples of a family are in the order of their
   * emission.
   */
  readonly lines: readonly string[];
}

/**
 * Runs one collector once on a host.
 *
 * @param flags values by full name of the flag (`collector.stat.softirq`). All other flags have their default values.
 */
export async function collect(
  definition: CollectorDefinition,
  host: Host,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Collected> {
  return createCollectorRunner(definition, host, flags)();
}

/** Returns a function that runs one collector on a host. The collector retains its state from call to call. */
export function createCollectorRunner(
  definition: CollectorDefinition,
  host: Host,
  flags: Readonly<Record<string, unknown>> = {},
): () => Promise<Collected> {
  const defaults = Object.fromEntries(Object.entries(definition.flags).map(([name, flag]) => [name, flag.default]));
  const collector = definition.create({ ...defaults, ...flags });
  const gatherer = new Gatherer({ host, collectors: [collector], selfMetrics: [], observe: () => undefined });
  return async () => toCollected(await gatherer.gather({ deadline: performance.now() + 60_000 }), host);
}

function toCollected({ results, families }: Pass, host: Host): Collected {
  const lines = families.flatMap(({ family, samples }) => [...samples].map((sample) => toLine(family.name, sample)));
  return {
    state: results[0]?.state ?? 'failed',
    errors:
      results[0]?.state === 'failed'
        ? results[0].errors.map(({ message }) =>
            message.replaceAll(host.proc.root, '/proc').replaceAll(host.sys.root, '/sys'),
          )
        : [],
    lines,
  };
}

function toLine(name: string, { value, labels }: Sample): string {
  if (typeof value !== 'number') throw new TypeError(`Expected a number as the value of ${name}`);
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join()}} ${value}`;
}
