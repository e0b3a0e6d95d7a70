import manifest from '../../package.json' with { type: 'json' };

/** Commit of the build; the bundler defines it. */
declare const REVISION: string | undefined;

/** Version of this package: of the library and of the OpenTelemetry scope, whichever exporter runs. */
export const VERSION = manifest.version;

/** Name, version and subject of an exporter: otel-node-exporter, or an exporter built with the library. */
export interface AppInfo {
  /** Name in the log and on the landing page, and default of the resource attribute `service.name`. */
  readonly name: string;
  /** One sentence for the landing page. */
  readonly description: string;
  readonly version: string;
  /** Commit of the build; empty if unknown. */
  readonly revision: string;
  /** Prefix of the metric names that `--metrics.namespace` replaces: `node`. */
  readonly defaultNamespace: string;
  /**
   * What the exporter monitors: the host it runs on, or another system. A pass that reads nothing from the host is a failure.
   * Another system may be down, which the exporter reports as a value.
   */
  readonly subject: 'host' | 'system';
}

export const OTEL_NODE_EXPORTER: AppInfo = {
  name: 'otel-node-exporter',
  description: 'Metrics of this Linux host for Prometheus and OpenTelemetry.',
  version: VERSION,
  revision: typeof REVISION === 'string' ? REVISION : '',
  defaultNamespace: 'node',
  subject: 'host',
};
