import { attemptAll, defineCollector } from '../collection/collector.ts';
import { gauge } from '../metrics/metric.ts';
import { parseCountFile } from '../parse/lines.ts';

const available = gauge(
  'node_entropy_available_bits',
  "Entropy available to the kernel's random number generator, in bits.",
);
const poolSize = gauge(
  'node_entropy_pool_size_bits',
  "Size of the entropy pool of the kernel's random number generator, in bits.",
);

/** https://man7.org/linux/man-pages/man4/random.4.html */
export const entropy = defineCollector({
  name: 'entropy',
  help: 'Entropy of the random number generator from /proc/sys/kernel/random',
  create: () => ({
    families: [available, poolSize],
    collect(host, emit) {
      attemptAll(host, [
        () => emit(available, host.proc.read('sys/kernel/random/entropy_avail', parseCountFile)),
        () => emit(poolSize, host.proc.read('sys/kernel/random/poolsize', parseCountFile)),
      ]);
    },
  }),
});
