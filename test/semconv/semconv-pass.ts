import { Gatherer } from '../../src/collection/gatherer.ts';
import type { SelfMetrics } from '../../src/collection/pass.ts';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Host, KernelTree } from '../../src/host/host.ts';
import type { Sample } from '../../src/metrics/metric.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { processMetrics } from '../../src/self/process.ts';

/**
 * Returns a function that runs one pass with the default collectors and the naming convention `semconv`.
 *
 * @param selfMetrics metrics of the program itself; by default those of this process
 * @param argv flags of the collectors
 */
export function semconvPasses(
  host: Host,
  selfMetrics: readonly SelfMetrics[] = [processMetrics(new KernelTree('/proc/self'))],
  argv: readonly string[] = [],
): () => Promise<readonly FamilySamples[]> {
  const { collectors, flagValues } = readConfig({ argv, env: {}, definitions });
  const gatherer = new Gatherer({
    host,
    collectors: collectors.map((definition) => definition.create(flagValues)),
    selfMetrics,
    observe: () => undefined,
  });
  return async () => {
    const { families } = await gatherer.gather({ convention: 'semconv', deadline: performance.now() + 60_000 });
    return families;
  };
}

/** Formats families and samples for a golden file, with one line for each of them. */
export function formatFamilies(families: readonly FamilySamples[]): string {
  const lines = families.flatMap(({ family, samples }) => [
    `# ${family.name} ${family.type} ${family.unit}`,
    ...[...samples].map((sample) => `${family.name}${formatSample(sample)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function formatSample({ value, labels, startTime }: Sample): string {
  const attributes = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return `{${attributes.join()}} ${value}${startTime === undefined ? '' : ` since ${startTime}`}`;
}

/** Returns the lines of {@link formatFamilies} for the samples whose name starts with a prefix, of one pass over a host. */
export async function semconvLines(host: Host, prefix: string): Promise<readonly string[]> {
  const families = await semconvPasses(host, [])();
  return formatFamilies(families)
    .split('\n')
    .filter((line) => line.startsWith(prefix));
}
