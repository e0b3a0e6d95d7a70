import { getText } from './program.ts';

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** @param url URL of the program without a path */
export async function scrape(url: string): Promise<readonly Series[]> {
  return parseSeries(await getText(`${url}/metrics`));
}

/** Parses series in the text format of Prometheus. The label values must not contain quotes. */
export function parseSeries(text: string): readonly Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/**
 * Returns the values of the series of one container. A key consists of the metric name without `container_` and of the
 * labels that do not identify the container: `fs_writes_total device=/dev/sda`.
 *
 * @param id the end of the label `id`
 */
export function containerValues(series: readonly Series[], id: string): ReadonlyMap<string, number> {
  const identity = new Set(['id', 'name', 'image', 'namespace', 'pod', 'container']);
  return new Map(
    series
      .filter(({ name, labels }) => name.startsWith('container_') && labels['id']?.endsWith(id))
      .map(({ name, labels, value }) => {
        const others = Object.entries(labels).filter(([label]) => !identity.has(label));
        return [
          [name.replace('container_', ''), ...others.map(([label, text]) => `${label}=${text}`)].join(' '),
          value,
        ];
      }),
  );
}
