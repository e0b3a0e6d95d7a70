import { findGoTool } from '../tools/go-tools.ts';
import { eventually } from './eventually.ts';
import { getText, kill, run, waitFor } from './program.ts';
import { parseSeries, type Series } from './series.ts';

/** Why no real cAdvisor can run here, or `false`. */
export function missingCadvisor(): string | false {
  return findGoTool('cadvisor') === undefined && 'no cAdvisor: npm run tools cadvisor builds it where Go is';
}

export interface Cadvisor extends AsyncDisposable {
  /** Its page, once all that it says of these containers is from after a moment, in milliseconds since 1970. */
  pageAfter(moment: number, ids: readonly string[]): Promise<Page>;
}

export interface Page {
  readonly series: readonly Series[];
  /** By name of the family. */
  readonly types: ReadonlyMap<string, string>;
}

export function parsePage(text: string): Page {
  const types = text.matchAll(/^# TYPE (\w+) (\w+)$/gm);
  return {
    series: parseSeries(text.replaceAll(STAMP, '')),
    types: new Map([...types].map(([, name = '', type = '']) => [name, type])),
  };
}

/** cAdvisor says when it has read what it says. */
const STAMP = / (?<stamp>\d{13})$/gm;

/** Starts a real cAdvisor on the loopback. */
export async function startCadvisor(flags: readonly string[]): Promise<Cadvisor> {
  const started = run(findGoTool('cadvisor') ?? '', ['--docker_only', ...flags]);
  const url = await waitFor(started, /http:\/\/127\.0\.0\.1:\d+/);
  return {
    async pageAfter(moment, ids) {
      const isFresh = (text: string): boolean =>
        ids.every((id) => {
          const line = text
            .split('\n')
            .find((one) => one.startsWith('container_memory_usage_bytes') && one.includes(id));
          return Number(/ (\d{13})$/.exec(line ?? '')?.[1]) > moment;
        });
      return parsePage(await eventually(() => getText(`${url}/metrics`), isFresh));
    },
    [Symbol.asyncDispose]: () => kill(started),
  };
}
