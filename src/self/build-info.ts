import type { SelfMetrics } from '../collection/pass.ts';
import { gauge } from '../metrics/metric.ts';

export interface Build {
  readonly version: string;
  /** The commit it was built from; empty when it runs from source. */
  readonly revision: string;
}

const info = gauge('node_exporter_build_info', 'Which build of the exporter this is; always 1.', [
  'version',
  'revision',
  'nodeversion',
]);

export function buildInfoMetrics({ version, revision }: Build): SelfMetrics {
  return {
    families: [info],
    report: (emit) => emit(info, 1, { version, revision, nodeversion: process.version }),
  };
}
