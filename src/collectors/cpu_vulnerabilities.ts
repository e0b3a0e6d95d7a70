import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCpuVulnerability } from '../parse/cpu-vulnerability.ts';

const info = gauge('node_cpu_vulnerabilities_info', 'What the kernel says of a vulnerability of the CPUs; always 1.', [
  'codename',
  'state',
  'mitigation',
]);

const FOLDER = 'devices/system/cpu/vulnerabilities';

export const cpuVulnerabilities = defineCollector({
  name: 'cpu_vulnerabilities',
  help: 'Vulnerabilities of the CPUs from /sys/devices/system/cpu/vulnerabilities',
  enabled: false,
  create: () => ({
    families: [info],
    async collect(host, emit) {
      await forEachItem(host.sys.listIfPresent(FOLDER), (codename) => {
        emit(info, 1, { codename, ...host.sys.read(`${FOLDER}/${codename}`, parseCpuVulnerability) });
      });
    },
  }),
});
