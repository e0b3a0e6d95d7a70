import { defineCollector, forEachItem } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCpuVulnerability } from '../parse/cpu-vulnerability.ts';

const info = gauge(
  'node_cpu_vulnerabilities_info',
  'Hardware vulnerability of the CPUs with its state and mitigation; always 1.',
  ['codename', 'state', 'mitigation'],
);

const VULNERABILITIES = 'devices/system/cpu/vulnerabilities';

/** https://docs.kernel.org/admin-guide/hw-vuln/ */
export const cpuVulnerabilities = defineCollector({
  name: 'cpu_vulnerabilities',
  help: 'Hardware vulnerabilities of the CPUs from /sys/devices/system/cpu/vulnerabilities',
  enabled: false,
  create: () => ({
    families: [info],
    async collect(host, emit) {
      await forEachItem(host.sys.listIfPresent(VULNERABILITIES), (codename) => {
        emit(info, 1, { codename, ...host.sys.read(`${VULNERABILITIES}/${codename}`, parseCpuVulnerability) });
      });
    },
  }),
});
