import { type Emit, type Family, gauge, type Labels, labelsOf } from '../../metrics/metric.ts';
import { joinLabelValues, toLabelNamePart } from '../../metrics/valid-names.ts';
import type { ContainerReader } from '../usage/container-reader.ts';
import { ContainerMemo, type MemoKey } from './container-memo.ts';
import { CONTAINER_LABELS } from './labels.ts';

/** The metric `container_info`, whose labels contain the metadata of a container. */
export class ContainerInfo {
  readonly family: Family<string, 'gauge'>;
  readonly #labels: ContainerMemo<Labels>;

  /**
   * @param reader reads the containers
   * @param allowed names of the container labels to add, as `container_label_<name>`. If several names become the same
   * label, their values are joined.
   */
  constructor(reader: ContainerReader, allowed: readonly string[]) {
    const byLabel = Map.groupBy(new Set(allowed), (name) => `container_label_${toLabelNamePart(name)}`);
    const labelNames = [...CONTAINER_LABELS, 'runtime', 'container_id', ...byLabel.keys()];
    this.family = gauge('container_info', 'Metadata of the container as labels; always 1.', labelNames);
    this.#labels = new ContainerMemo(reader, ({ container, metadata: { labels = {}, ...fields } }) => {
      const values: Readonly<Record<string, string | undefined>> = {
        id: container.path,
        ...fields,
        runtime: container.runtime,
        container_id: container.id,
      };
      return labelsOf(labelNames, (name) => values[name] ?? joinedValue(labels, byLabel.get(name) ?? []));
    });
  }

  emit(emit: Emit, key: MemoKey): void {
    emit(this.family, 1, this.#labels.get(key));
  }
}

/**
 * Returns the joined values of the container labels with these names; `undefined` if the container has none of the labels.
 */
function joinedValue(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  const entries = names.flatMap((name) => (Object.hasOwn(labels, name) ? [[name, labels[name] ?? ''] as const] : []));
  return entries.length === 0 ? undefined : joinLabelValues(entries);
}
