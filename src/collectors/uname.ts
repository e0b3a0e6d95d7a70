import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseLine } from '../parse/lines.ts';

const info = gauge(
  'node_uname_info',
  'Kernel name, kernel version, hardware type and host name as returned by uname(2); always 1.',
  ['sysname', 'release', 'version', 'machine', 'nodename', 'domainname'],
);

/** The kernel reports this domain name for a host without a configured domain name. */
const UNSET = '(none)';

/** https://man7.org/linux/man-pages/man2/uname.2.html */
export const uname = defineCollector({
  name: 'uname',
  help: 'Names of the kernel, the machine and the host from /proc/sys/kernel or uname(2)',
  create: () => ({
    families: [info],
    collect(host, emit) {
      const find = (name: string) => host.proc.readIfPresent(`sys/kernel/${name}`, parseLine) || undefined;
      const { sysname, release, version, nodename } = host.uname;
      // A sandbox such as gVisor lacks some of the files, but not the system call.
      emit(info, 1, {
        sysname: find('ostype') ?? sysname,
        release: find('osrelease') ?? release,
        version: find('version') ?? version,
        machine: host.machine,
        nodename: find('hostname') ?? nodename,
        domainname: find('domainname') ?? UNSET,
      });
    },
  }),
});
