import type { Container } from './container.ts';

/**
 * Caches one value per container. {@link ContainerTable} deletes the values of containers that have ended. A plain Map is
 * used because WeakMaps slow down garbage collection: *measured* with 1,000 containers, three WeakMaps cost 2 % of a scrape.
 */
export class ContainerCache<V> {
  readonly #values = new Map<Container, V>();
  readonly #isListed: (container: Container) => boolean;

  /** @param isListed returns whether the last pass has found the container */
  constructor(isListed: (container: Container) => boolean) {
    this.#isListed = isListed;
  }

  get(container: Container): V | undefined {
    return this.#values.get(container);
  }

  /**
   * Stores a value, unless the container has ended. A slow pass may still read an ended container, but no later pass would
   * delete the value.
   */
  set(container: Container, value: V): void {
    if (this.#isListed(container)) this.#values.set(container, value);
  }

  delete(container: Container): void {
    this.#values.delete(container);
  }
}
