import { defineCollector, forEachItem } from '../collection/collector.ts';
import { texts } from '../flags/flag.ts';
import { AbsentError, type Host, type Parse } from '../host/host.ts';
import { type Emit, type Family, gauge } from '../metrics/metric.ts';
import { parseSysctlNumbers, parseSysctlTexts } from '../parse/sysctl.ts';
import { toMetricNamePart } from './support/metric-name.ts';

const info = gauge(
  'node_sysctl_info',
  'Text value of the sysctl as a label, with one series for each word of the text; always 1.',
  ['name', 'value', 'index'],
);

/** A value of `--collector.sysctl.include`: `name` or `name:key,key`. */
interface NumericSysctl {
  /** Name as in the flag: `fs.file-nr`. */
  readonly name: string;
  /** One family for each key of the flag; empty if the flag has no keys. */
  readonly keyed: readonly Family<never, 'gauge'>[];
  /** The family that is emitted if the flag has no keys. */
  readonly family: Family<'index', 'gauge'>;
}

/** https://docs.kernel.org/admin-guide/sysctl/ */
export const sysctl = defineCollector({
  name: 'sysctl',
  help: 'Kernel parameters, chosen by flags, from /proc/sys',
  enabled: false,
  flags: {
    include: texts(
      'Sysctl with numeric values to emit, as name or as name:key,key; with keys, each value is a separate metric.',
      'NAME[:KEY,KEY]',
    ),
    'include-info': texts('Sysctl with a text value to emit as a label.', 'NAME'),
  },
  create: ({ include, 'include-info': includeInfo }) => {
    const numeric = [...new Set(include)].map(parseNumericSysctl);
    const names = [...new Set(includeInfo)];
    return {
      families: [...numeric.flatMap(({ keyed, family }): Family[] => (keyed.length > 0 ? [...keyed] : [family])), info],
      async collect(host, emit) {
        const visits = [
          ...numeric.map((sysctl) => () => emitNumbers(host, sysctl, emit)),
          ...names.map((name) => () => emitTexts(host, name, emit)),
        ];
        await forEachItem(visits, (visit) => visit());
      },
    };
  },
});

function parseNumericSysctl(value: string): NumericSysctl {
  const colon = value.indexOf(':');
  const name = colon === -1 ? value : value.slice(0, colon);
  const keys = colon === -1 ? [] : value.slice(colon + 1).split(',');
  const metric = `node_sysctl_${toMetricNamePart(name)}`;
  for (const key of keys) {
    if (!/^\w+$/.test(key)) {
      throw new Error(
        `Bad value ${JSON.stringify(value)} for flag --collector.sysctl.include: expected keys of letters, digits and underscores`,
      );
    }
  }
  return {
    name,
    keyed: keys.map((key, index) =>
      gauge(`${metric}_${key}`, `Number at index ${index} (from 0) in the value of the sysctl ${name}.`),
    ),
    family: gauge(metric, `Value of the sysctl ${name}.`, ['index']),
  };
}

function emitNumbers(host: Host, { name, keyed, family }: NumericSysctl, emit: Emit): void {
  const numbers = readSysctl(host, name, parseSysctlNumbers);
  if (keyed.length > 0 && keyed.length !== numbers.length) {
    throw new RangeError(
      `Cannot emit sysctl ${name}: it has ${numbers.length} numbers, but the flag has ${keyed.length} keys`,
    );
  }
  for (const [index, number] of numbers.entries()) {
    const keyedFamily = keyed[index];
    if (number === undefined) continue;
    if (keyedFamily !== undefined) emit(keyedFamily, number);
    else emit(family, number, { index: numbers.length === 1 ? undefined : String(index) });
  }
}

function emitTexts(host: Host, name: string, emit: Emit): void {
  const words = readSysctl(host, name, parseSysctlTexts);
  for (const [index, value] of words.entries()) emit(info, 1, { name, value, index: String(index) });
}

/**
 * Returns the values of a sysctl.
 *
 * @throws {Error} when the sysctl does not exist or is empty; never an AbsentError, because a wrong name in a flag is a
 * mistake
 */
function readSysctl<T>(host: Host, name: string, parse: Parse<readonly T[]>): readonly T[] {
  try {
    const values = host.proc.read(`sys/${name.replaceAll('.', '/')}`, parse);
    if (values.length > 0) return values;
  } catch (error) {
    if (error instanceof AbsentError) throw new Error(`Cannot find sysctl ${name}`, { cause: error });
    throw error;
  }
  throw new Error(`Cannot emit sysctl ${name}: it is empty`);
}
