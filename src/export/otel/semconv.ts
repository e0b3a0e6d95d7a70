/**
 * The release of OpenTelemetry's semantic conventions that the metrics follow, and all deviations from this release. The
 * metrics are declared in the collectors, next to the Prometheus families.
 */

/** A release of https://github.com/open-telemetry/semantic-conventions/releases */
export const SEMCONV_VERSION = '1.44.0';
export const SCHEMA_URL = `https://opentelemetry.io/schemas/${SEMCONV_VERSION}`;

interface Deviation {
  readonly name: string;
  /** Reason for the deviation: the rest of a sentence that starts with "It". The documentation contains the sentence. */
  readonly why: string;
}

/** Metrics in the namespaces `system`, `container` and `process` that no collector emits. */
export const LEFT_OUT_METRICS: readonly Deviation[] = [
  {
    name: 'container.filesystem.available',
    why: "describes a container's own file system, but a container has a layer of the host's file system",
  },
  {
    name: 'container.filesystem.capacity',
    why: "describes a container's own file system, but a container has a layer of the host's file system",
  },
  { name: 'container.filesystem.usage', why: 'requires reading all directories of a container in every pass' },
  {
    name: 'process.disk.operations',
    why: 'is not available: the kernel counts read and write calls, which include those on sockets and pipes',
  },
  {
    name: 'process.network.io',
    why: 'is not available: the kernel counts network traffic per network namespace, not per process',
  },
  {
    name: 'process.signals_pending',
    why: 'is not available: the kernel counts pending signals per user, not per process',
  },
  { name: 'process.windows.handle.count', why: 'exists on Windows only' },
];

/** Attributes that an emitted metric lacks. */
export const LEFT_OUT_ATTRIBUTES: readonly (Deviation & { readonly metric: string })[] = [
  {
    metric: 'system.network.connection.count',
    name: 'network.interface.name',
    why: 'is unknown: a socket is bound to addresses, not to an interface',
  },
];

/**
 * Metrics that the semantic conventions do not define. Their names, units and number types are those of the Collector's
 * hostmetrics receiver. Attributes have the names of the semantic conventions.
 */
export const ADDITIONAL_METRICS: readonly string[] = [
  'system.cpu.load_average.15m',
  'system.cpu.load_average.1m',
  'system.cpu.load_average.5m',
  'system.disk.pending_operations',
  'system.disk.weighted_io_time',
  'system.filesystem.inodes.usage',
  'system.linux.memory.dirty',
  'system.memory.page_size',
  'system.network.conntrack.count',
  'system.network.conntrack.max',
];

/** Attributes that may have values outside the list of the semantic conventions. */
export const OPEN_ATTRIBUTES: readonly Deviation[] = [
  { name: 'error.type', why: 'has a list with a fallback only, and each metric defines its own values' },
  { name: 'system.filesystem.type', why: 'has a list of six file systems, and Linux has more' },
];
