import type { Host } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { type ContainerMetadata, mergeMetadata } from './metadata.ts';

/** A source of container metadata, such as the API of a runtime. */
export interface MetadataSource {
  /** Name of the source, for messages and the label `source`. */
  readonly name: string;
  /** True if a flag enables the source, so that its absence is a failure. */
  readonly isRequired: boolean;
  /**
   * Returns metadata of the containers. Containers that the source does not contain are missing from the result.
   *
   * @throws {AbsentError} if the host does not have the source
   */
  find(host: Host, containers: readonly Container[]): Promise<MetadataResult>;
}

export interface MetadataResult {
  readonly metadata: ReadonlyMap<Container, ContainerMetadata>;
  /** Errors that affect only some containers, such as a damaged file. */
  readonly errors: readonly unknown[];
}

/** Returns a result without errors: the metadata that `lookUp` returns for each container. */
export function lookUpEach(
  containers: readonly Container[],
  lookUp: (container: Container) => ContainerMetadata | undefined,
): MetadataResult {
  const metadata = new Map<Container, ContainerMetadata>();
  for (const container of containers) {
    const result = lookUp(container);
    if (result !== undefined) metadata.set(container, mergeMetadata([result]));
  }
  return { metadata, errors: [] };
}
