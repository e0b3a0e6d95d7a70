import type { Container } from './container.ts';

/**
 * Values by container for the lifetime of the container: {@link ContainerTable} deletes the values of containers that have
 * ended. WeakMaps would do so too, but *measured* with 1,000 containers, three of them cost 2 % of a scrape, which is garbage
 * collection.
 */
export class ContainerCache<V> {
  readonly #values = new Map<Container, V>();
  readonly #isListed: (container: Container) => boolean;

  /** @param isListed whether the last pass has found the container */
  constructor(isListed: (container: Container) => boolean) {
    this.#isListed = isListed;
  }

  get(container: Container): V | undefined {
    return this.#values.get(container);
  }

  /** A container that has ended is ignored: a slow pass may still work on it, and its value would never be deleted. */
  set(container: Container, value: V): void {
    if (this.#isListed(container)) this.#values.set(container, value);
  }

  delete(container: Container): void {
    this.#values.delete(container);
  }
}
