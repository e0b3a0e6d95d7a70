import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { CollectorResult, Pass } from '../../src/collection/pass.ts';
import type { Host } from '../../src/host/host.ts';
import type { Sample } from '../../src/metrics/metric.ts';

export interface Collected {
  readonly state: CollectorResult['state'];
  /** The messages of what failed. */
  readonly errors: readonly string[];
  /** `node_load1 0.57`, `node_disk_reads_completed_total{device="sda"} 1`, as they were emitted, family by family. */
  readonly lines: readonly string[];
}

/**
 * Runs one collector once on a host.
 *
 * @param flags by full name (`collector.stat.softirq`); the defaults for all others
 */
export async function collect(
  definition: CollectorDefinition,
  host: Host,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Collected> {
  return collectAgain(definition, host, flags)();
}

/** As {@link collect}, as often as it is called: for what a collector knows from one pass to the next. */
export function collectAgain(
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
  if (typeof value !== 'number') throw new TypeError(`${name} is no number`);
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join()}} ${value}`;
}
