import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseLine } from '../parse/lines.ts';

const info = gauge(
  'node_uname_info',
  'Kernel name, kernel version, hardware type and host name as returned by uname(2); always 1.',
  ['sysname', 'release', 'version', 'machine', 'nodename', 'domainname'],
);

/** https://man7.org/linux/man-pages/man2/uname.2.html */
export const uname = defineCollector({
  name: 'uname',
  help: 'Names of the kernel, the machine and the host from /proc/sys/kernel',
  create: () => ({
    families: [info],
    collect(host, emit) {
      const read = (name: string) => host.proc.read(`sys/kernel/${name}`, parseLine);
      emit(info, 1, {
        sysname: read('ostype'),
        release: read('osrelease'),
        version: read('version'),
        machine: host.machine,
        nodename: read('hostname'),
        domainname: read('domainname'),
      });
    },
  }),
});
