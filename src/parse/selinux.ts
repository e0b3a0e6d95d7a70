/**
 * Parses the mode in `/etc/selinux/config`. Returns 1 for `enforcing`, 0 for `permissive` and -1 for any other text.
 *
 *     # This file controls the state of SELinux on the system.
 *     SELINUX=enforcing
 *     SELINUXTYPE=targeted
 *
 * https://man7.org/linux/man-pages/man5/selinux_config.5.html
 */
export function parseSelinuxMode(text: string): number {
  const mode = /^[ \t]*SELINUX=[ \t]*"?(\w*)/m.exec(text)?.[1];
  if (mode === 'enforcing') return 1;
  return mode === 'permissive' ? 0 : -1;
}
