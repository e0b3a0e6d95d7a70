import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import type { AppInfo } from '../config/app-info.ts';
import type { Config } from '../config/config.ts';
import type { Host } from '../host/host.ts';
import { parseLine } from '../parse/lines.ts';
import { OS_RELEASE_FILES, parseOsRelease } from '../parse/os-release.ts';

/**
 * Who speaks and for which host, in the words of OpenTelemetry's resource conventions. What cannot be read is left
 * out. `OTEL_RESOURCE_ATTRIBUTES` wins over what is found, `OTEL_SERVICE_NAME` over both.
 *
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export async function readIdentity(
  host: Host,
  config: Config,
  { name, version }: Pick<AppInfo, 'name' | 'version'>,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { serviceName, resourceAttributes, kubernetes } = config.otel;
  const hostId = await readMachineId(host);
  const hostName = await host.hostname().catch(() => undefined);
  const service = serviceName ?? resourceAttributes['service.name'] ?? name;
  return {
    'host.name': hostName,
    'host.id': hostId,
    'host.arch': ARCHITECTURES[host.machine],
    'host.type': readMachineType(host),
    'os.type': 'linux',
    ...(await readOs(host)),
    'service.version': version,
    'service.instance.id': instanceId([hostId ?? hostName ?? '', service, ...listenAddresses(config)]),
    ...kubernetes,
    ...resourceAttributes,
    'service.name': service,
  };
}

/** Which process speaks, for pushes: it is another with each start, and `target_info` stays the same. */
export function processIdentity(): Readonly<Record<string, string | number | undefined>> {
  return { 'process.pid': process.pid, 'process.owner': readOwner() };
}

function readOwner(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // An image need not know all users.
    return undefined;
  }
}

/** uname's machine in the words of the conventions' `host.arch`. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm32',
  i686: 'x86',
  ppc64le: 'ppc64',
  s390x: 's390x',
};

/** In a cloud the name of a size, such as `m5.large`; elsewhere what the maker calls it. */
function readMachineType(host: Host): string | undefined {
  try {
    return host.sys.readIfPresent('class/dmi/id/product_name', parseLine) || undefined;
  } catch {
    // What the firmware has written may be anything, and no text at all.
    return undefined;
  }
}

/** machine-id(5); older systems have D-Bus' own. */
async function readMachineId(host: Host): Promise<string | undefined> {
  for (const path of ['etc/machine-id', 'var/lib/dbus/machine-id']) {
    const id = await host.rootfs.readIfPresent(path, parseLine).catch(() => undefined);
    if (id !== undefined && /^[0-9a-f]{32}$/.test(id)) return id;
  }
  return undefined;
}

async function readOs(host: Host): Promise<Readonly<Record<string, string | undefined>>> {
  for (const path of OS_RELEASE_FILES) {
    const release = await host.rootfs.readIfPresent(path, parseOsRelease).catch(() => undefined);
    if (release === undefined) continue;
    return {
      'os.name': release.get('NAME'),
      'os.description': release.get('PRETTY_NAME'),
      'os.version': release.get('VERSION_ID'),
    };
  }
  return {};
}

function listenAddresses({ listen }: Config): readonly string[] {
  return listen.map(({ host = '', port }) => `${host}:${port}`);
}

/** The namespace of our UUIDs: a random one, made once. */
const NAMESPACE = '5f4b2c1e-8a53-4d2c-9d0e-6c1a7f3b9e42';

/** The same parts give the same UUID (version 5, RFC 9562): an instance keeps its id when it starts again. */
export function instanceId(parts: readonly string[]): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(parts.join('\n'));
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
