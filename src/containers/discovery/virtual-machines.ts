import type { Host } from '../../host/host.ts';
import type { DiscoveredContainer } from './container.ts';
import type { ContainerCache } from './container-cache.ts';

/**
 * Returns the list without virtual machines. systemd-machined registers containers and virtual machines in units with
 * similar names. Its file for each of them has a line `CLASS=`: sd_machine_get_class(3). An entry without a file counts as a
 * container.
 *
 * @param cache for each registered container or virtual machine, whether it is a virtual machine
 */
export async function omitVirtualMachines(
  host: Host,
  discovered: readonly DiscoveredContainer[],
  cache: ContainerCache<boolean>,
): Promise<readonly DiscoveredContainer[]> {
  if (!discovered.some(isMachineScope)) return discovered;
  const isOmitted = await Promise.all(
    discovered.map(async (candidate) => isMachineScope(candidate) && isVirtualMachine(host, candidate, cache)),
  );
  return discovered.filter((_candidate, index) => isOmitted[index] !== true);
}

function isMachineScope({ container: { runtime, path } }: DiscoveredContainer): boolean {
  return runtime === 'systemd-nspawn' && path.endsWith('.scope');
}

async function isVirtualMachine(
  { rootfs }: Host,
  { container }: DiscoveredContainer,
  cache: ContainerCache<boolean>,
): Promise<boolean> {
  const cached = cache.get(container);
  if (cached !== undefined) return cached;
  const isVm = await rootfs.readIfPresent(`run/systemd/machines/${container.id}`, (text) => /^CLASS=vm$/m.test(text));
  if (isVm !== undefined) cache.set(container, isVm);
  return isVm ?? false;
}
