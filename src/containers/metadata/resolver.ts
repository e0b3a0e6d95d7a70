import { AbsentError, type Host, ReadError } from '../../host/host.ts';
import { withDeadline } from '../../util/deadline.ts';
import type { Container, DiscoveredContainer } from '../discovery/container.ts';
import type { ContainerCache } from '../discovery/container-cache.ts';
import type { ContainerTable } from '../discovery/container-table.ts';
import { type ContainerMetadata, mergeMetadata } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';

/** Time for a source to parse the response, in addition to the timeout of its socket. */
const SOURCE_MARGIN_MS = 100;

/** Minimum time between a failed request to a source and the next request. */
const RETRY_SECONDS = 10;

/**
 * Maximum time between two requests for the metadata of one container. While no source has metadata, the time doubles with
 * each request, from 1 second to this maximum. After the metadata is complete, this maximum is the time between requests,
 * because a container may be renamed.
 */
const MAX_INTERVAL_SECONDS = 300;

/**
 * Number of requests after which metadata without a name or an image counts as complete. It is possible that no source has
 * the missing value.
 */
const MAX_EARLY_REQUESTS = 4;

/**
 * Maximum number of known containers whose metadata is requested again in one pass. Some sources read a file per container.
 */
const MAX_REFRESHES = 50;

/** The resolved metadata of one container. */
interface Resolution {
  readonly metadata: ContainerMetadata;
  /** Number of requests so far. */
  readonly attempts: number;
  /** Earliest time of the next request, in seconds of the monotonic clock: the clock of the host may be set back. */
  readonly dueAt: number;
}

/** The result of the last request to a source. */
interface SourceState {
  readonly metadata: ReadonlyMap<Container, ContainerMetadata>;
  /** Errors of the request. Each pass reports them until the next request. */
  readonly errors: readonly unknown[];
  /** True if the request succeeded, false if it failed; `undefined` if the host does not have the source. */
  readonly isAvailable: boolean | undefined;
  /** Time of the request, in seconds of the monotonic clock. */
  readonly requestedAt: number;
}

const NO_METADATA: ContainerMetadata = {};

/**
 * Resolves the metadata of containers. Requests metadata from all sources concurrently, each with a timeout, and only for
 * containers that are new or due for a refresh.
 */
export class MetadataResolver {
  readonly #sources: readonly MetadataSource[];
  readonly #states = new Map<MetadataSource, SourceState>();
  readonly #pending = new Set<MetadataSource>();
  readonly #resolutions: ContainerCache<Resolution>;

  /**
   * @param sources in order of precedence
   * @param table lists the containers to resolve
   */
  constructor(sources: readonly MetadataSource[], table: ContainerTable) {
    this.#sources = sources;
    this.#resolutions = table.createCache();
  }

  /** For each source, whether the last request succeeded. Sources that the host does not have are left out. */
  get availability(): readonly (readonly [source: string, isAvailable: boolean])[] {
    return this.#sources.flatMap((source) => {
      const isAvailable = this.#states.get(source)?.isAvailable;
      return isAvailable === undefined ? [] : [[source.name, isAvailable] as const];
    });
  }

  /** Returns the metadata that was last resolved for a container. Returns the same object until the metadata changes. */
  metadataOf(container: Container): ContainerMetadata {
    return this.#resolutions.get(container)?.metadata ?? NO_METADATA;
  }

  /**
   * Resolves the metadata of the containers that are new or due for a refresh.
   *
   * @returns the errors of the last request to each source
   */
  async resolve(host: Host, discovered: readonly DiscoveredContainer[]): Promise<readonly unknown[]> {
    const due = this.#due(discovered, host.elapsed());
    if (due.length > 0) {
      const ready = this.#sources.filter((source) => this.#isReady(source, host.elapsed()));
      await Promise.all(ready.map((source) => this.#request(source, host, due)));
      for (const container of due) this.#update(container, ready, host.elapsed());
    }
    return this.#sources.flatMap((source) => this.#states.get(source)?.errors ?? []);
  }

  /** Returns the containers to request: all new containers, and at most {@link MAX_REFRESHES} that are due for a refresh. */
  #due(discovered: readonly DiscoveredContainer[], now: number): readonly Container[] {
    const unresolved: Container[] = [];
    const outdated: Container[] = [];
    for (const { container } of discovered) {
      const resolution = this.#resolutions.get(container);
      if (resolution === undefined) unresolved.push(container);
      else if (resolution.dueAt <= now) outdated.push(container);
    }
    return [...unresolved, ...outdated.slice(0, MAX_REFRESHES)];
  }

  #isReady(source: MetadataSource, now: number): boolean {
    const state = this.#states.get(source);
    const hasJustFailed = state?.isAvailable === false && now - state.requestedAt < RETRY_SECONDS;
    return !hasJustFailed && !this.#pending.has(source);
  }

  async #request(source: MetadataSource, host: Host, containers: readonly Container[]): Promise<void> {
    this.#pending.add(source);
    // A request continues after its timeout. The source gets no other request until this request has ended.
    const request = source.find(host, containers).finally(() => this.#pending.delete(source));
    const limited = withTimeout(source, request, host.socketTimeoutMs + SOURCE_MARGIN_MS);
    this.#states.set(source, await toState(source, limited, host.elapsed()));
  }

  #update(container: Container, sources: readonly MetadataSource[], now: number): void {
    const previous = this.#resolutions.get(container);
    const results = sources.flatMap((source) => this.#states.get(source)?.metadata.get(container) ?? []);
    const { metadata: before = NO_METADATA, attempts: previousAttempts = 0 } = previous ?? {};
    const metadata = mergeMetadata([...results, before, { name: container.name }]);
    const attempts = previousAttempts + 1;
    const isFinal = results.length > 0 && (isComplete(metadata) || attempts > MAX_EARLY_REQUESTS);
    const wait = isFinal ? MAX_INTERVAL_SECONDS : Math.min(2 ** (attempts - 1), MAX_INTERVAL_SECONDS);
    this.#resolutions.set(container, {
      metadata: isEqual(metadata, before) ? before : metadata,
      attempts,
      dueAt: now + wait,
    });
  }
}

/**
 * Returns whether the metadata has a name and an image. A container may be found before the runtime or the kubelet has
 * written all its metadata. For example, the kubelet creates the link to the log file only when the container runs.
 */
function isComplete({ name, container, image }: ContainerMetadata): boolean {
  return (name ?? container) !== undefined && image !== undefined;
}

function isEqual(first: ContainerMetadata, second: ContainerMetadata): boolean {
  return JSON.stringify(mergeMetadata([first])) === JSON.stringify(mergeMetadata([second]));
}

async function toState(
  { isRequired }: MetadataSource,
  result: Promise<MetadataResult>,
  requestedAt: number,
): Promise<SourceState> {
  try {
    return { ...(await result), isAvailable: true, requestedAt };
  } catch (error) {
    const isMissing = error instanceof AbsentError && !isRequired;
    return {
      metadata: new Map(),
      errors: isMissing ? [] : [error],
      isAvailable: isMissing ? undefined : false,
      requestedAt,
    };
  }
}

async function withTimeout(
  { name }: MetadataSource,
  request: Promise<MetadataResult>,
  timeoutMs: number,
): Promise<MetadataResult> {
  const result = await withDeadline(request, performance.now() + timeoutMs);
  if (result === undefined) {
    throw new ReadError(`Cannot read container metadata from ${name}: no response within ${timeoutMs} ms`, {});
  }
  return result;
}
