import type { SelfMetrics } from '../collection/pass.ts';
import { gauge } from '../metrics/metric.ts';

export interface Build {
  readonly version: string;
  /** Commit of the build; empty if the exporter runs from source. */
  readonly revision: string;
}

const buildInfo = gauge(
  'node_exporter_build_info',
  'Version, commit and Node.js version of the exporter as labels; always 1.',
  ['version', 'revision', 'nodeversion'],
);

export function buildInfoMetrics({ version, revision }: Build): SelfMetrics {
  return {
    families: [buildInfo],
    report: (emit) => emit(buildInfo, 1, { version, revision, nodeversion: process.version }),
  };
}
