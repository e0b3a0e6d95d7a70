import { defineCollector } from '../collection/collector.ts';
import { counter } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';

const tasks = counter('node_kernel_hung_tasks_total', 'Hung tasks that the kernel has detected since boot.');

/** https://docs.kernel.org/admin-guide/sysctl/kernel.html#hung-task-detect-count */
export const kernelHung = defineCollector({
  name: 'kernel_hung',
  help: 'Hung tasks from /proc/sys/kernel/hung_task_detect_count',
  create: () => ({
    families: [tasks],
    collect(host, emit) {
      emit(tasks, host.proc.read('sys/kernel/hung_task_detect_count', parseCountFile));
    },
  }),
});
