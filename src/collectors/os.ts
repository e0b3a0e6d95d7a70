import { attempt, defineCollector } from '../collection/collector.ts';
import { AbsentError, type Host } from '../host/host.ts';
import { gauge, labelsOf } from '../metrics/metric.ts';
import { quote } from '../parse/lines.ts';
import { OS_RELEASE_FILES, parseOsRelease } from '../parse/os-release.ts';

const info = gauge('node_os_info', 'Names and versions of the operating system from the file os-release; always 1.', [
  'build_id',
  'id',
  'id_like',
  'image_id',
  'image_version',
  'name',
  'pretty_name',
  'variant',
  'variant_id',
  'version',
  'version_codename',
  'version_id',
]);
const version = gauge(
  'node_os_version',
  'Major and minor version of the operating system as a decimal number, such as 24.04.',
  ['id', 'id_like', 'name'],
);
const supportEnd = gauge(
  'node_os_support_end_timestamp_seconds',
  'Unix time in seconds at which the support of the operating system ends.',
);

export const os = defineCollector({
  name: 'os',
  help: 'Name and version of the operating system from /etc/os-release',
  create: () => ({
    families: [info, version, supportEnd],
    async collect(host, emit) {
      const fields = await readOsRelease(host);
      const number = parseVersion(fields.get('VERSION_ID') ?? '');
      const field = (label: string): string => fields.get(label.toUpperCase()) ?? '';
      emit(info, 1, labelsOf(info.labels, field));
      if (number > 0) emit(version, number, labelsOf(version.labels, field));
      const end = fields.get('SUPPORT_END') ?? '';
      if (end !== '') attempt(host, () => emit(supportEnd, parseDate(end)));
    },
  }),
});

async function readOsRelease(host: Host): Promise<ReadonlyMap<string, string>> {
  for (const file of OS_RELEASE_FILES) {
    const fields = await host.readRootFileIfPresent(file, parseOsRelease);
    if (fields !== undefined) return fields;
  }
  throw new AbsentError(`Cannot find ${OS_RELEASE_FILES.join(' or ')}`);
}

/** Returns 20.04 for `20.04.2 LTS`, and 0 for a text that does not start with a number of at most 15 digits. */
function parseVersion(text: string): number {
  return Number(/^\d{1,15}(?!\d)(?:\.\d{0,15}(?!\d))?/.exec(text)?.[0] ?? 0);
}

/** Returns the Unix time in seconds at which a day such as `2029-05-31` starts in UTC. */
function parseDate(text: string): number {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new SyntaxError(`Cannot parse SUPPORT_END of os-release: ${quote(text)}`);
  return milliseconds / 1000;
}
