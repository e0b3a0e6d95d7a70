import { getText } from './program.ts';

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function scrape(url: string): Promise<readonly Series[]> {
  return parseSeries(await getText(`${url}/metrics`));
}

/** The series of a page, as far as the labels hold no quotes. */
export function parseSeries(text: string): readonly Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** The values of the series of one container, by name and by whatever labels they have beside its own. */
export function containerValues(series: readonly Series[], id: string): ReadonlyMap<string, number> {
  const own = new Set(['id', 'name', 'image', 'namespace', 'pod', 'container']);
  return new Map(
    series
      .filter(({ name, labels }) => name.startsWith('container_') && labels['id']?.endsWith(id))
      .map(({ name, labels, value }) => {
        const more = Object.entries(labels).filter(([label]) => !own.has(label));
        return [[name.replace('container_', ''), ...more.map(([label, text]) => `${label}=${text}`)].join(' '), value];
      }),
  );
}
