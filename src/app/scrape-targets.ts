import type { Collector } from '../collection/collector.ts';
import type { CollectorLog } from './collector-log.ts';
import { ScrapeEndpoint, type ScrapeEndpointOptions } from './scrape-endpoint.ts';

/** The systems that `/scrape?target=` may name, and their collectors. */
export interface ScrapeTargets {
  readonly names: readonly string[];
  readonly collectorsOf: (target: string) => readonly Collector[];
}

export interface TargetOptions extends Pick<ScrapeEndpointOptions, 'host' | 'naming' | 'limits'> {
  readonly collectorLog: CollectorLog;
}

/** Returns an endpoint for each target by name. Targets share no pass: a slow target delays no other. */
export function createTargetEndpoints(
  { names, collectorsOf }: ScrapeTargets,
  { collectorLog, ...options }: TargetOptions,
): ReadonlyMap<string, ScrapeEndpoint> {
  return new Map(
    names.map((target) => [
      target,
      new ScrapeEndpoint({
        ...options,
        name: `target ${target}`,
        subject: 'system',
        collectors: collectorsOf(target),
        onResult: (result) => collectorLog.log({ ...result, collector: `${result.collector} of ${target}` }),
      }),
    ]),
  );
}
