/**
 * Which release of OpenTelemetry's semantic conventions our metrics follow, and where they go other ways. What is emitted
 * stands in the collectors, each family beside those of Prometheus.
 */

/** https://github.com/open-telemetry/semantic-conventions/releases */
export const SEMCONV_VERSION = '1.44.0';
export const SCHEMA_URL = `https://opentelemetry.io/schemas/${SEMCONV_VERSION}`;

interface Exception {
  readonly name: string;
  /** One line, to follow "it". */
  readonly why: string;
}

/** Of the conventions' metrics in the groups system, container and process those that are not emitted. */
export const LEFT_OUT_METRICS: readonly Exception[] = [
  { name: 'container.filesystem.available', why: 'is of a file system of its own, and a container has a layer of one' },
  { name: 'container.filesystem.capacity', why: 'is of a file system of its own, and a container has a layer of one' },
  { name: 'container.filesystem.usage', why: 'would take a walk over all files of a container' },
  { name: 'process.disk.operations', why: 'is not counted: the kernel counts calls, those on sockets and pipes too' },
  { name: 'process.network.io', why: 'is counted for each network namespace, and not for each process' },
  { name: 'process.signals_pending', why: 'is counted for each user, and not for each process' },
  { name: 'process.windows.handle.count', why: 'is of Windows' },
];

/** Of the attributes of metrics that are emitted those that never come with them. */
export const LEFT_OUT_ATTRIBUTES: readonly (Exception & { readonly metric: string })[] = [
  {
    metric: 'system.network.connection.count',
    name: 'network.interface.name',
    why: 'is not known: a socket belongs to addresses and not to an interface',
  },
];

/** What is emitted and is not in the conventions. */
export const METRICS_OF_OTHERS: readonly Exception[] = ['1m', '5m', '15m'].map((duration) => ({
  name: `system.cpu.load_average.${duration}`,
  why: "has the name that the Collector's hostmetrics receiver gives it; the conventions have none",
}));

/** Attributes whose values the conventions list, with a word that any other value may be used. */
export const OPEN_ATTRIBUTES: readonly Exception[] = [
  { name: 'system.filesystem.type', why: 'is listed for six file systems, of which Linux has more' },
];
