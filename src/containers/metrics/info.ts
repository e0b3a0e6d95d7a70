import { type Emit, type Family, gauge, type Labels, labelsOf } from '../../metrics/metric.ts';
import type { Container } from '../discovery/container.ts';
import { CONTAINER_LABELS, ContainerLabels } from './labels.ts';

/** The family that tells of each container what it is called and what labels it has. */
export interface ContainerInfo {
  readonly family: Family<string, 'gauge'>;
  emit(emit: Emit, container: Container): void;
}

/** @param allowed the labels of containers to tell */
export function containerInfo(allowed: readonly string[]): ContainerInfo {
  const byLabel = new Map(allowed.map((name) => [`container_label_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`, name]));
  const names: readonly string[] = [...CONTAINER_LABELS, 'runtime', 'container_id', ...byLabel.keys()];
  const family = gauge('container_info', 'What a container is called; always 1.', names);
  const labelsFor = ({ path, metadata: known, runtime, id }: Container): Labels => {
    const { labels = {}, ...more } = known;
    const own: Readonly<Record<string, string | undefined>> = { id: path, ...more, runtime, container_id: id };
    return ContainerLabels.of(labelsOf(names, (name) => own[name] ?? labels[byLabel.get(name) ?? ''])).base;
  };
  return { family, emit: (emit, container) => emit(family, 1, container.infoLabels(labelsFor)) };
}
