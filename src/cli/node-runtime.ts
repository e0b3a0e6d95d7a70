/**
 * Prepares Node.js before the command loads any other module: checks the version and sets V8 and libuv options. Imported
 * first by command.ts, for its side effects.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** The same version as `engines` in package.json. */
const MIN_NODE = { major: 26, minor: 10 } as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MIN_NODE.major || (major === MIN_NODE.major && minor < MIN_NODE.minor)) {
  process.stderr.write(
    `otel-node-exporter needs Node.js ${MIN_NODE.major}.${MIN_NODE.minor} or newer; this is Node.js ${process.versions.node}\n`,
  );
  process.exit(1);
}

const MIB = 1024 * 1024;

/** Target size of the young generation: more than twice the garbage of a scrape of 600 series. */
const YOUNG_GENERATION_BYTES = 4 * MIB;
/** V8 reports the size of the young generation as the sum of two semi-spaces: for new objects and for survivors. */
const SEMI_SPACES = 2;
/** Maximum number of survivors, which are arrays of 8 KB. Fewer survivors are enough to reach the target size. */
const MAX_SURVIVORS = 1000;
const SURVIVOR_LENGTH = 1000;

/**
 * Grows the young generation to its target size. V8 accepts the size only on its command line, but multiplies the size by a
 * growth factor when many objects survive. Therefore this function creates survivors, and then sets the factor to 1.
 */
function growYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
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
// collection, which costs as much as ten scrapes of 600 series. Therefore the young generation is large enough for a whole
// scrape, V8 does not allocate objects directly in the old generation (pretenuring), and a full collection runs when the old
// generation has grown by half. Measured for a scrape of 600 series: garbage collection takes 0.1 ms, and 0.9 ms with a
// young generation of 1 MiB. A young generation of 8 MiB increases the resident memory by 14 MiB.
growYoungGeneration();
setFlagsFromString('--no-allocation-site-pretenuring');
setFlagsFromString('--heap-growing-percent=50');
setFlagsFromString('--max-old-space-size=256');

// gzip, DNS and file calls share the threads of libuv. host.ts limits the threads that calls to hung devices can occupy.
process.env['UV_THREADPOOL_SIZE'] ??= '48';
