import { defineCollector, forEachItem } from '../collection/collector.ts';
import { texts } from '../flags/flag.ts';
import { AbsentError, type Host } from '../host/host.ts';
import { type Emit, type Family, gauge } from '../metrics/metric.ts';
import { parseSysctlNumbers, parseSysctlTexts } from '../parse/sysctl.ts';
import { toMetricNamePart } from './support/metric-name.ts';

const info = gauge('node_sysctl_info', 'The text of a sysctl, word by word; always 1.', ['name', 'value', 'index']);

/** What `--collector.sysctl.include=name:key,key` asks for. */
interface Wanted {
  /** As it was written: `fs.file-nr`. */
  readonly name: string;
  /** For each number, when keys were given. */
  readonly keyed: readonly Family<never, 'gauge'>[];
  readonly family: Family<'index', 'gauge'>;
}

export const sysctl = defineCollector({
  name: 'sysctl',
  help: 'Kernel parameters that flags name from /proc/sys',
  enabled: false,
  flags: {
    include: texts('Sysctl whose numbers to emit; keys name several.', 'NAME[:KEY,KEY]'),
    'include-info': texts('Sysctl whose text to emit as a label.', 'NAME'),
  },
  create: ({ include, 'include-info': named }) => {
    const wanted = [...new Set(include)].map(parseWanted);
    return {
      families: [...wanted.flatMap(({ keyed, family }): Family[] => (keyed.length > 0 ? [...keyed] : [family])), info],
      async collect(host, emit) {
        await forEachItem(
          [
            ...wanted.map((sysctl) => () => emitNumbers(host, sysctl, emit)),
            ...[...new Set(named)].map((name) => () => emitTexts(host, name, emit)),
          ],
          (run) => run(),
        );
      },
    };
  },
});

function parseWanted(written: string): Wanted {
  const colon = written.indexOf(':');
  const name = colon === -1 ? written : written.slice(0, colon);
  const keys = colon === -1 ? [] : written.slice(colon + 1).split(',');
  const metric = `node_sysctl_${toMetricNamePart(name)}`;
  for (const key of keys) {
    if (!/^\w+$/.test(key)) {
      throw new Error(`Bad value ${JSON.stringify(written)} for --collector.sysctl.include: expected keys of letters`);
    }
  }
  return {
    name,
    keyed: keys.map((key, index) => gauge(`${metric}_${key}`, `Number ${index} of sysctl ${name}.`)),
    family: gauge(metric, `The numbers of sysctl ${name}.`, ['index']),
  };
}

function emitNumbers(host: Host, { name, keyed, family }: Wanted, emit: Emit): void {
  const numbers = readSysctl(host, name, parseSysctlNumbers);
  if (keyed.length > 0 && keyed.length !== numbers.length) {
    throw new RangeError(
      `Cannot emit sysctl ${name}: it has ${numbers.length} numbers and the flag ${keyed.length} keys`,
    );
  }
  for (const [index, number] of numbers.entries()) {
    const ofKey = keyed[index];
    if (ofKey !== undefined) emit(ofKey, number);
    else emit(family, number, { index: numbers.length === 1 ? undefined : String(index) });
  }
}

function emitTexts(host: Host, name: string, emit: Emit): void {
  const words = readSysctl(host, name, parseSysctlTexts);
  for (const [index, value] of words.entries()) emit(info, 1, { name, value, index: String(index) });
}

/** A sysctl that somebody asked for by name and that is not there is a mistake, and not absent hardware. */
function readSysctl<T>(host: Host, name: string, parse: (text: string) => readonly T[]): readonly T[] {
  try {
    const values = host.proc.read(`sys/${name.replaceAll('.', '/')}`, parse);
    if (values.length > 0) return values;
  } catch (error) {
    if (error instanceof AbsentError) throw new Error(`Cannot find sysctl ${name}`, { cause: error });
    throw error;
  }
  throw new Error(`Cannot emit sysctl ${name}: it is empty`);
}
