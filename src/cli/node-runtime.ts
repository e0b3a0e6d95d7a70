/**
 * Prepares Node.js: checks the version, and sets options of V8 and libuv. command.ts imports this file first, so that the
 * options apply before any other module is loaded.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Minimum version of Node.js, as in `engines` of package.json. */
const MIN_NODE = { major: 26, minor: 10 } as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MIN_NODE.major || (major === MIN_NODE.major && minor < MIN_NODE.minor)) {
  process.stderr.write(
    `otel-node-exporter needs Node.js ${MIN_NODE.major}.${MIN_NODE.minor} or newer; this is Node.js ${process.versions.node}\n`,
  );
  process.exit(1);
}

const MIB = 1024 * 1024;

/** Target size of the young generation. It is more than twice the garbage of a scrape of 600 series. */
const YOUNG_GENERATION_BYTES = 4 * MIB;
/** The young generation has two semi-spaces: one for new objects and one for survivors. V8 reports their total size. */
const SEMI_SPACES = 2;
/** Maximum number of survivors. A survivor is an array of 8 KB. Fewer survivors are enough to reach the target size. */
const MAX_SURVIVORS = 1000;
const SURVIVOR_LENGTH = 1000;

/**
 * Grows the young generation to its target size. V8 accepts this size only on its command line. But V8 multiplies the
 * current size by a growth factor when many objects survive a garbage collection. Therefore this function creates
 * survivors, and then sets the growth factor to 1.
 */
function growYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  const survivors: number[][] = [];
  while (youngGenerationBytes() < SEMI_SPACES * YOUNG_GENERATION_BYTES && survivors.length < MAX_SURVIVORS) {
    survivors.push(new Array(SURVIVOR_LENGTH).fill(survivors.length));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngGenerationBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

// The garbage of a scrape should be freed in the young generation. Objects in the old generation are freed only by a full
// collection, which takes as long as ten scrapes of 600 series. Therefore the young generation is large enough for a whole
// scrape, and V8 does not allocate objects directly in the old generation (pretenuring). A full collection runs when the
// old generation has grown by half.
//
// Measured for a scrape of 600 series: garbage collection takes 0.1 ms. With a young generation of 1 MiB, it takes 0.9 ms.
// With a young generation of 8 MiB, the resident memory is 14 MiB larger.
growYoungGeneration();
setFlagsFromString('--no-allocation-site-pretenuring');
setFlagsFromString('--heap-growing-percent=50');
setFlagsFromString('--max-old-space-size=256');

// Between two scrapes, V8 runs full collections because the process is idle, and deletes the code of functions that have
// not run for a while. The next scrapes then run with empty caches and compile the functions again.
//
// Measured for one scrape of 600 series every 15 seconds, idle time included: 7.1 ms of CPU time instead of 9.0 ms (median;
// mean 7.7 ms instead of 11.8 ms). The resident memory is 3 MiB larger.
setFlagsFromString('--memory-reducer-gc-count=0');
setFlagsFromString('--no-flush-bytecode');

// gzip, DNS and file calls share the threads of libuv. shared-state.ts limits the threads that hanging calls can occupy.
process.env['UV_THREADPOOL_SIZE'] ??= '48';
