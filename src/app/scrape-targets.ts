import type { Collector } from '../collection/collector.ts';
import type { CollectorLog } from './collector-log.ts';
import { ScrapeEndpoint, type ScrapeEndpointOptions } from './scrape-endpoint.ts';

/** The allowed values of `target` in `/scrape?target=`, and the collectors of each target. */
export interface ScrapeTargets {
  readonly names: readonly string[];
  readonly collectorsOf: (target: string) => readonly Collector[];
}

export interface TargetOptions
  extends Pick<ScrapeEndpointOptions, 'host' | 'naming' | 'limits' | 'labelLimit' | 'unsentBodies' | 'onLimit'> {
  readonly collectorLog: CollectorLog;
}

/**
 * Returns an endpoint for each target, by the name of the target. Each target has its own passes, so that a slow target
 * does not delay another target.
 */
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
