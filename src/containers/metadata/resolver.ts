import { AbsentError, type Host, ReadError } from '../../host/host.ts';
import { withDeadline } from '../../util/deadline.ts';
import type { Container, DiscoveredContainer } from '../discovery/container.ts';
import type { ContainerCache } from '../discovery/container-cache.ts';
import type { ContainerTable } from '../discovery/container-table.ts';
import { type ContainerMetadata, mergeMetadata } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';

/** Time that a source has beyond the timeout of its socket, to parse the response. */
const SOURCE_MARGIN_MS = 100;

/** Pause after a failure of a source. */
const RETRY_SECONDS = 10;

/**
 * Longest time between two requests for the metadata of one container. Without metadata the requests are 1, 2, 4, … seconds
 * apart; with metadata they are this far apart, because a container may be renamed.
 */
const MAX_INTERVAL_SECONDS = 300;

/** Containers whose metadata is requested again in one pass: sources read files for each of them. */
const MAX_REFRESHES = 50;

const HEXADECIMAL_ID = /^[0-9a-f]{64}$/;

/** Metadata of one container. */
interface Resolution {
  readonly metadata: ContainerMetadata;
  /** Number of requests so far. */
  readonly attempts: number;
  /** Time of the next request. Unix time in seconds. */
  readonly dueAt: number;
}

/** Result of the last request to a source. */
interface SourceState {
  readonly metadata: ReadonlyMap<Container, ContainerMetadata>;
  /** Errors, which each pass reports until the next request. */
  readonly errors: readonly unknown[];
  /** `undefined` if the host does not have the source. */
  readonly isAvailable: boolean | undefined;
  /** Unix time in seconds. */
  readonly requestedAt: number;
}

const NO_METADATA: ContainerMetadata = {};

/**
 * Resolves the metadata of containers. It requests metadata from all sources at once, each with a timeout, and only for
 * containers that are new or due again.
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

  /** Whether the last request to each source succeeded. Sources that the host does not have are left out. */
  get availability(): readonly (readonly [source: string, isAvailable: boolean])[] {
    return this.#sources.flatMap((source) => {
      const isAvailable = this.#states.get(source)?.isAvailable;
      return isAvailable === undefined ? [] : [[source.name, isAvailable] as const];
    });
  }

  /** Returns the metadata of a container as last resolved: the same object until the metadata changes. */
  metadataOf(container: Container): ContainerMetadata {
    return this.#resolutions.get(container)?.metadata ?? NO_METADATA;
  }

  /**
   * Resolves the metadata of the containers that are new or due again.
   *
   * @returns the reasons why metadata is missing
   */
  async resolve(host: Host, discovered: readonly DiscoveredContainer[]): Promise<readonly unknown[]> {
    const due = this.#due(discovered, host.now());
    if (due.length > 0) {
      const ready = this.#sources.filter((source) => this.#isReady(source, host.now()));
      await Promise.all(ready.map((source) => this.#request(source, host, due)));
      for (const container of due) this.#update(container, ready, host.now());
    }
    return this.#sources.flatMap((source) => this.#states.get(source)?.errors ?? []);
  }

  /** Returns all containers without a resolution, and some of those that are due again. */
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
    // A request that exceeds its timeout stays pending until it ends.
    const request = source.find(host, containers).finally(() => this.#pending.delete(source));
    const limited = withTimeout(source, request, host.socketTimeoutMs + SOURCE_MARGIN_MS);
    this.#states.set(source, await toState(source, limited, host.now()));
  }

  #update(container: Container, sources: readonly MetadataSource[], now: number): void {
    const previous = this.#resolutions.get(container);
    const results = sources.flatMap((source) => this.#states.get(source)?.metadata.get(container) ?? []);
    const { metadata: before = NO_METADATA, attempts: previousAttempts = 0 } = previous ?? {};
    const metadata = mergeMetadata([...results, before, deriveMetadata(container)]);
    const attempts = previousAttempts + 1;
    const wait = results.length > 0 ? MAX_INTERVAL_SECONDS : Math.min(2 ** (attempts - 1), MAX_INTERVAL_SECONDS);
    this.#resolutions.set(container, {
      metadata: isEqual(metadata, before) ? before : metadata,
      attempts,
      dueAt: now + wait,
    });
  }
}

/** The id of a container of systemd-nspawn or LXC is its name. */
function deriveMetadata({ id }: Container): ContainerMetadata {
  return HEXADECIMAL_ID.test(id) ? NO_METADATA : { name: id };
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
