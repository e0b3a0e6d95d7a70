import manifest from '../../package.json' with { type: 'json' };

/** Commit of the build. The bundler replaces this name by a string; `undefined` if the program runs from source. */
declare const REVISION: string | undefined;

/** Version of this package, which is also the version of the OpenTelemetry scope of custom exporters. */
export const VERSION = manifest.version;

/** Identifies an exporter: otel-node-exporter, or an exporter built with the library. */
export interface AppInfo {
  /** Name for messages and the landing page, and default of the resource attribute `service.name`. */
  readonly name: string;
  /** One sentence for the landing page. */
  readonly description: string;
  readonly version: string;
  /** Commit of the build; empty if unknown. */
  readonly revision: string;
  /** Prefix of the metric names, which `--metrics.namespace` can replace: `node`. */
  readonly defaultNamespace: string;
  /**
   * The subject that the exporter monitors: the host on which it runs, or another system. If no collector succeeds in a
   * scrape, an exporter for the host responds with status 503. An exporter for another system responds with 0 as the value
   * of `up`.
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
