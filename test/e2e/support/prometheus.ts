import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { getText, kill, type Program, run } from './program.ts';

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Prometheus extends AsyncDisposable {
  /** The series an expression gives. */
  ask(expression: string): Promise<readonly Series[]>;
  /** The value of an expression that has one. */
  query(expression: string): Promise<number>;
  /** The values of a label among the series of a selector. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
}

/** A real Prometheus on the loopback that scrapes the program every second. */
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
  const ask = async (expression: string): Promise<readonly Series[]> => {
    const { result } = await get<{ result: Series[] }>(`http://${address}/api/v1/query`, { query: expression });
    return result;
  };
  return {
    ask,
    query: async (expression) => Number((await ask(expression))[0]?.value[1] ?? Number.NaN),
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
  const answer = JSON.parse(await getText(`${url}?${new URLSearchParams(parameters)}`)) as { data: T };
  return answer.data;
}
