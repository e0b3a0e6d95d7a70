import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { getText, kill, type Program, run } from './program.ts';

export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Prometheus extends AsyncDisposable {
  /** Returns the series of an instant query. */
  query(expression: string): Promise<readonly QueryResult[]>;
  /** Returns the value of the first series of an instant query; NaN if the query returns no series. */
  queryValue(expression: string): Promise<number>;
  /** Returns the values of one label in all series that match a selector. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
}

/** Starts a real Prometheus that scrapes the program every second. */
export async function startPrometheus(program: Program): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const config = join(directory, 'prometheus.yml');
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'node', static_configs: [{ targets: [new URL(program.url).host] }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const started = run('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  const query = async (expression: string): Promise<readonly QueryResult[]> => {
    const { result } = await get<{ result: QueryResult[] }>(`http://${address}/api/v1/query`, { query: expression });
    return result;
  };
  return {
    query,
    queryValue: async (expression) => Number((await query(expression))[0]?.value[1] ?? Number.NaN),
    labelValues: (label, selector) =>
      get<string[]>(`http://${address}/api/v1/label/${label}/values`, { 'match[]': selector }),
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(directory, { recursive: true });
    },
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/ */
async function get<T>(url: string, parameters: Readonly<Record<string, string>>): Promise<T> {
  const response = JSON.parse(await getText(`${url}?${new URLSearchParams(parameters)}`)) as { data: T };
  return response.data;
}
