import { PROGRAM_FLAGS } from '../config/program-flags.ts';
import { UNSUPPORTED_FLAG } from '../config/unsupported-flags.ts';
import type { Flag, Flags } from '../flags/flag.ts';

/** The headings of the help, in order of appearance. */
const HEADINGS = [
  'Exporter',
  'Configuration',
  'Web',
  'Log',
  'Host',
  'Metrics',
  'OTLP',
  'Containers',
  'Collectors',
  'Collectors that run by default',
  'Collectors that run if a flag enables them',
  'Flags of collectors',
  'Deprecated flags and flags without effect',
] as const;

type Heading = (typeof HEADINGS)[number];

/** Headings of the flags, by the full name of a flag or by the first part of its name. */
const HEADINGS_BY_NAME: Readonly<Record<string, Heading>> = {
  config: 'Configuration',
  healthcheck: 'Configuration',
  version: 'Configuration',
  help: 'Configuration',
  'help-long': 'Configuration',
  web: 'Web',
  log: 'Log',
  path: 'Host',
  hostname: 'Host',
  metrics: 'Metrics',
  'metrics.exporter': 'OTLP',
  otlp: 'OTLP',
  containers: 'Containers',
};

const CONTAINER_COLLECTORS: ReadonlySet<string> = new Set(['collector.containers', 'collector.container-pids']);

export interface FlagSection {
  readonly heading: string;
  readonly entries: readonly (readonly [name: string, flag: Flag])[];
  /** True if the heading states the default of its flags. The help then does not repeat the default for each flag. */
  readonly statesDefaults: boolean;
}

/** Groups the flags by heading. The additional flags of a custom exporter are in the first group. */
export function groupByHeading(flags: Flags): readonly FlagSection[] {
  const byHeading = Map.groupBy(Object.entries(flags), ([name, flag]) => headingOf(name, flag));
  return HEADINGS.flatMap((heading) => {
    const entries = byHeading.get(heading);
    return entries === undefined ? [] : [{ heading, entries, statesDefaults: heading.startsWith('Collectors that') }];
  });
}

function headingOf(name: string, { unlisted = false, placeholder, default: value }: Flag): Heading {
  const [prefix = '', , ...rest] = name.split('.');
  if (unlisted) return 'Deprecated flags and flags without effect';
  if (CONTAINER_COLLECTORS.has(name)) return 'Containers';
  if (prefix !== 'collector') return HEADINGS_BY_NAME[name] ?? HEADINGS_BY_NAME[prefix] ?? 'Exporter';
  if (name in PROGRAM_FLAGS || name === UNSUPPORTED_FLAG) return 'Collectors';
  if (rest.length > 0 || placeholder !== undefined) return 'Flags of collectors';
  return value === true ? 'Collectors that run by default' : 'Collectors that run if a flag enables them';
}
