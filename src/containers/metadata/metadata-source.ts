import type { Host } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import type { ContainerMetadata } from './metadata.ts';

/** Where containers have their names from. */
export interface MetadataSource {
  /** The value of the `source` label. */
  readonly name: string;
  /** Whether the operator asked for it: then it has to answer. */
  readonly isRequired: boolean;
  /**
   * Names containers, as many as it can.
   *
   * @throws {AbsentError} when this machine has no such source
   */
  find(host: Host, containers: readonly Container[]): Promise<MetadataResult>;
}

export interface MetadataResult {
  readonly names: ReadonlyMap<Container, ContainerMetadata>;
  /** What was damaged, or could not be read, and cost one container its name. */
  readonly errors: readonly unknown[];
}

/** What a source found that knows containers one by one. */
export function foundBy(
  containers: readonly Container[],
  namesOf: (container: Container) => ContainerMetadata | undefined,
): MetadataResult {
  const names = new Map<Container, ContainerMetadata>();
  for (const container of containers) {
    const found = namesOf(container);
    if (found !== undefined) names.set(container, found);
  }
  return { names, errors: [] };
}
