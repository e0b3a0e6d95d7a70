import { type FlagValues, text, texts } from '../../flags/flag.ts';
import { containerLimitFlag } from '../discovery/container-limit.ts';
import { criApi } from './cri-api.ts';
import { dockerApi } from './docker-api.ts';
import { kubernetesLogs } from './kubernetes-logs.ts';
import type { MetadataSource } from './metadata-source.ts';
import { runtimeState } from './runtime-state.ts';

/** Flags of collectors that need container metadata, by name without the prefix `containers.`. */
export const metadataFlags = {
  max: containerLimitFlag,
  'docker-socket': text('Socket of the Docker or Podman API, as a source of container metadata.', 'PATH'),
  'cri-socket': text('Socket of containerd or CRI-O (CRI API), as a source of container metadata.', 'PATH'),
};

export const labelFlags = {
  labels: texts('Container label to add to the metric container_info.', 'NAME'),
};

/**
 * Returns the sources of container metadata in order of precedence.
 *
 * @param allowed names of the container labels to read
 */
export function createMetadataSources(
  {
    'docker-socket': docker,
    'cri-socket': cri,
  }: Pick<FlagValues<typeof metadataFlags>, 'docker-socket' | 'cri-socket'>,
  allowed: readonly string[],
): readonly MetadataSource[] {
  return [
    kubernetesLogs,
    runtimeState(allowed),
    ...(docker === '' ? [] : [dockerApi(toSocketPath(docker), allowed)]),
    ...(cri === '' ? [] : [criApi(toSocketPath(cri), allowed)]),
  ];
}

/**
 * Returns the path of a socket. The value may be a URL as in Docker, crictl and kubelet:
 * `unix:///run/containerd/containerd.sock`.
 */
function toSocketPath(socket: string): string {
  return socket.replace(/^unix:(?:\/\/)?/, '');
}

/**
 * Returns the same sources as {@link createMetadataSources}, but without container labels. Callers that are not collectors
 * use this function, because they have no flags of a collector.
 *
 * @param flags values of all flags, by full name: `containers.docker-socket`
 */
export function createMetadataSourcesFrom(flags: Readonly<Record<string, unknown>>): readonly MetadataSource[] {
  const socket = (name: 'docker-socket' | 'cri-socket'): string => {
    const path = flags[`containers.${name}`];
    return typeof path === 'string' ? path : '';
  };
  return createMetadataSources({ 'docker-socket': socket('docker-socket'), 'cri-socket': socket('cri-socket') }, []);
}
