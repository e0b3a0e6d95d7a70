import manifest from '../../package.json' with { type: 'json' };

/**
 * Commit of the build. The bundler replaces this name with a string. The name is undefined if the program runs from source.
 */
declare const REVISION: string | undefined;

/** Version of this package. Custom exporters use it as the version of their OpenTelemetry instrumentation scope. */
export const VERSION = manifest.version;

/** Describes an exporter: otel-node-exporter, or an exporter built with the library. */
export interface AppInfo {
  /**
   * Name of the exporter. It appears in messages and on the landing page, and is the default of the resource attribute
   * `service.name`.
   */
  readonly name: string;
  /** One sentence for the landing page. */
  readonly description: string;
  readonly version: string;
  /** Commit of the build; empty if the commit is unknown. */
  readonly revision: string;
  /** Default prefix of the metric names, for example `node`. The flag `--metrics.namespace` replaces it. */
  readonly defaultNamespace: string;
  /**
   * What the exporter monitors: the host on which it runs, or another system. This decides the response to a scrape in
   * which no collector succeeds. For the host, the response has status 503. For another system, the response contains the
   * metric `up` with the value 0.
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
