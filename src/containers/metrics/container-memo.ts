import type { Container } from '../discovery/container.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';

export interface MemoKey {
  readonly container: Container;
  readonly metadata: ContainerMetadata;
}

/** Caches a value that depends on a container and its metadata, such as a label set, until the metadata changes. */
export class ContainerMemo<T> {
  readonly #create: (key: MemoKey) => T;
  readonly #entries = new WeakMap<Container, { readonly metadata: ContainerMetadata; readonly value: T }>();

  constructor(create: (key: MemoKey) => T) {
    this.#create = create;
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
