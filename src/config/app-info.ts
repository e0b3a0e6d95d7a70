import { revision, version } from './version.ts';

/** Which exporter this is: ours, or one that somebody makes with the library. */
export interface AppInfo {
  /** What it calls itself: on its page, in its log, as the name of its service. */
  readonly name: string;
  /** A sentence for its page. */
  readonly description: string;
  readonly version: string;
  /** The commit it was built from; empty when nobody says. */
  readonly revision: string;
  /** The leading word of its metrics, which `--metric.namespace` replaces. */
  readonly namespace: string;
  /**
   * What it is about. The host is always there, and a pass that reads nothing of it has failed; another system may be away,
   * and to say so is the answer.
   */
  readonly subject: 'host' | 'system';
}

export const NODE_EXPORTER: AppInfo = {
  name: 'otel-node-exporter',
  description: 'Metrics of this Linux host for Prometheus and OpenTelemetry.',
  version,
  revision,
  namespace: 'node',
  subject: 'host',
};
