/** What all our metrics come from, as OpenTelemetry names it. */
export const SCOPE = 'otel-node-exporter';
