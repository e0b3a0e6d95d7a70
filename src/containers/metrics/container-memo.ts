import type { Container } from '../discovery/container.ts';
import type { ContainerCache } from '../discovery/container-cache.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';
import type { ContainerReader } from '../usage/container-reader.ts';

export interface MemoKey {
  readonly container: Container;
  readonly metadata: ContainerMetadata;
}

interface MemoEntry<T> {
  readonly metadata: ContainerMetadata;
  readonly value: T;
}

/** Caches a value that depends on a container and its metadata, such as a label set, until the metadata changes. */
export class ContainerMemo<T> {
  readonly #create: (key: MemoKey) => T;
  readonly #entries: ContainerCache<MemoEntry<T>>;

  /** @param reader reads the containers */
  constructor(reader: ContainerReader, create: (key: MemoKey) => T) {
    this.#create = create;
    this.#entries = reader.createCache();
  }

  get(key: MemoKey): T {
    const { container, metadata } = key;
    const entry = this.#entries.get(container);
    if (entry?.metadata === metadata) return entry.value;
    const value = this.#create(key);
    this.#entries.set(container, { metadata, value });
    return value;
  }
}
