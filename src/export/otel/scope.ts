/** Name of the instrumentation scope of all metrics. */
export const SCOPE = 'otel-node-exporter';
