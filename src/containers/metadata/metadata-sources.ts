import { type FlagValues, text, texts } from '../../flags/flag.ts';
import { criApi } from './cri-api.ts';
import { dockerApi } from './docker-api.ts';
import { kubernetesLogs } from './kubernetes-logs.ts';
import type { MetadataSource } from './metadata-source.ts';
import { runtimeState } from './runtime-state.ts';

/** What everyone who names containers is told, under `--containers.`. */
export const metadataFlags = {
  'docker-socket': text('Socket of Docker or Podman, asked for the names of containers.', 'PATH'),
  'cri-socket': text('Socket of containerd or CRI-O, asked for the names of containers.', 'PATH'),
};

export const labelFlags = {
  labels: texts('Label of containers to put on container_info.', 'NAME'),
};

/** @param allowed the labels of containers that may be read */
export function metadataSources(
  { 'docker-socket': docker, 'cri-socket': cri }: FlagValues<typeof metadataFlags>,
  allowed: readonly string[],
): readonly MetadataSource[] {
  return [
    kubernetesLogs,
    runtimeState(allowed),
    ...(docker === '' ? [] : [dockerApi(docker, allowed)]),
    ...(cri === '' ? [] : [criApi(cri, allowed)]),
  ];
}

/** The sources that the flags of the whole program ask for, for readers that are no collectors. */
export function sourcesFrom(flags: Readonly<Record<string, unknown>>): readonly MetadataSource[] {
  const socket = (name: keyof typeof metadataFlags): string => {
    const path = flags[`containers.${name}`];
    return typeof path === 'string' ? path : '';
  };
  return metadataSources({ 'docker-socket': socket('docker-socket'), 'cri-socket': socket('cri-socket') }, []);
}
