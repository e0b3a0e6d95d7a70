import { createHash } from 'node:crypto';
import type { AppInfo } from '../config/app-info.ts';
import type { Config } from '../config/config.ts';
import type { Host } from '../host/host.ts';
import { parseLine } from '../parse/lines.ts';
import { OS_RELEASE_FILES, parseOsRelease } from '../parse/os-release.ts';
import { readHostIdentity } from './host-identity.ts';

/**
 * Returns the resource attributes of the exporter and its host: `service.*`, `host.*`, `os.*` and `k8s.*`. An attribute is
 * `undefined` if its source cannot be read. The variable `OTEL_RESOURCE_ATTRIBUTES` overrides all attributes except
 * `service.name`, for which `OTEL_SERVICE_NAME` takes precedence.
 *
 * The resource has no attributes of the process, such as `process.pid`: they change at each start, and each change would
 * create new series of all metrics.
 *
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export async function readResource(
  host: Host,
  config: Config,
  { name, version }: Pick<AppInfo, 'name' | 'version'>,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { serviceName, resourceAttributes, kubernetes, isPod } = config.otel;
  const hostName = await host.hostname().catch(() => undefined);
  const identity = await readHostIdentity(host, { name: hostName, isPod });
  const service = serviceName ?? resourceAttributes['service.name'] ?? name;
  return {
    'host.name': hostName,
    'host.id': identity.id,
    'host.arch': ARCHITECTURES[host.machine],
    'host.type': readHostType(host),
    'os.type': 'linux',
    ...(await readOs(host)),
    'service.version': version,
    'service.instance.id': createInstanceId([...identity.parts, service, ...listenAddresses(config)]),
    ...kubernetes,
    ...resourceAttributes,
    'service.name': service,
  };
}

/** Values of `host.arch` by the machine field of uname(2). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm32',
  i686: 'x86',
  ppc64le: 'ppc64',
  s390x: 's390x',
};

/**
 * Returns the product name from the DMI tables: the model of the machine or, in some clouds, the instance type
 * (`m5.large`).
 */
function readHostType(host: Host): string | undefined {
  try {
    return host.sys.readIfPresent('class/dmi/id/product_name', parseLine) || undefined;
  } catch {
    // The file cannot be read or parsed. Some firmware stores bytes that are not text.
    return undefined;
  }
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
  return listen.map((address) => {
    if ('path' in address) return address.path;
    return 'fd' in address ? `fd:${address.fd}` : `${address.host ?? ''}:${address.port}`;
  });
}

/** Namespace of the UUIDs that this exporter creates. It is a random UUID and must not change. */
const NAMESPACE = '5f4b2c1e-8a53-4d2c-9d0e-6c1a7f3b9e42';

/** Returns the UUID of version 5 (RFC 9562) for the parts. Equal parts always result in the same UUID. */
export function createInstanceId(parts: readonly string[]): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(parts.join('\n'));
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
