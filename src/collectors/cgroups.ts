import { defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCgroups } from '../parse/cgroups.ts';

const cgroupsTotal = gauge('node_cgroups_cgroups', 'Control groups that use a controller.', ['subsys_name']);
const enabled = gauge('node_cgroups_enabled', 'Whether a controller is enabled.', ['subsys_name']);

export const cgroups = defineCollector({
  name: 'cgroups',
  help: 'Controllers of control groups from /proc/cgroups',
  enabled: false,
  create: () => ({
    families: [cgroupsTotal, enabled],
    collect(host, emit) {
      for (const controller of host.proc.read('cgroups', parseCgroups)) {
        const labels = { subsys_name: controller.name };
        emit(cgroupsTotal, controller.cgroups, labels);
        emit(enabled, controller.enabled, labels);
      }
    },
  }),
});
