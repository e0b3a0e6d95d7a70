/** Returns the name of a block device in sysfs, where `!` replaces the slash of a name such as `cciss/c0d0`. */
export function toSysfsName(device: string): string {
  return device.replaceAll('/', '!');
}
