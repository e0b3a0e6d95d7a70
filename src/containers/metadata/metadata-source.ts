import type { Host } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import type { ContainerMetadata } from './metadata.ts';

/** A place where container metadata comes from. */
export interface MetadataSource {
  /** Value of the `source` label. */
  readonly name: string;
  /** True if a flag names the source: its absence is a failure then. */
  readonly isRequired: boolean;
  /**
   * Returns the metadata of the containers that the source has metadata for.
   *
   * @throws {AbsentError} if the host does not have the source
   */
  find(host: Host, containers: readonly Container[]): Promise<MetadataResult>;
}

export interface MetadataResult {
  readonly metadata: ReadonlyMap<Container, ContainerMetadata>;
  /** Errors that affect single containers, such as a damaged file. */
  readonly errors: readonly unknown[];
}

/** Returns the result of a source that looks up each container by its fields and has no errors. */
export function lookUpEach(
  containers: readonly Container[],
  lookUp: (container: Container) => ContainerMetadata | undefined,
): MetadataResult {
  const metadata = new Map<Container, ContainerMetadata>();
  for (const container of containers) {
    const result = lookUp(container);
    if (result !== undefined) metadata.set(container, result);
  }
  return { metadata, errors: [] };
}
