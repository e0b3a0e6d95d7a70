import type { Tree } from '../host.ts';

/** What block devices are called, each asked for once: `/dev/vda` for `254:0`; a device that has gone keeps its number. */
export function deviceNames(sys: Tree): (device: string) => string {
  const names = new Map<string, string>();
  return (device) => {
    let name = names.get(device);
    if (name === undefined) {
      name = readName(sys, device);
      names.set(device, name);
    }
    return name;
  };
}

/** The link of a device ends in its name, with `!` where that has a slash: `cciss!c0d0`. */
function readName(sys: Tree, device: string): string {
  const target = sys.link(`dev/block/${device}`);
  if (target === undefined) return device;
  return `/dev/${target.slice(target.lastIndexOf('/') + 1).replaceAll('!', '/')}`;
}
