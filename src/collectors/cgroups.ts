import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCgroups } from '../parse/cgroups.ts';

const cgroupCount = gauge('node_cgroups_cgroups', 'cgroups in the hierarchy of the cgroup controller.', [
  'subsys_name',
]);
const enabled = gauge('node_cgroups_enabled', '1 if the cgroup controller is enabled, 0 otherwise.', ['subsys_name']);

/** https://man7.org/linux/man-pages/man7/cgroups.7.html */
export const cgroups = defineCollector({
  name: 'cgroups',
  help: 'cgroup controllers from /proc/cgroups',
  enabled: false,
  create: () => ({
    families: [cgroupCount, enabled],
    collect(host, emit) {
      for (const controller of host.proc.read('cgroups', parseCgroups)) {
        const labels = { subsys_name: controller.name };
        if (controller.cgroups !== undefined) emit(cgroupCount, controller.cgroups, labels);
        if (controller.enabled !== undefined) emit(enabled, controller.enabled, labels);
      }
    },
  }),
});
