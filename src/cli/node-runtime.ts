/**
 * What has to be settled before the command loads anything else: imported first by command.ts, and for its side effects only.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** `engines` of package.json. */
const OLDEST_NODE = { major: 26, minor: 10 } as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE.major || (major === OLDEST_NODE.major && minor < OLDEST_NODE.minor)) {
  process.stderr.write(
    `otel-node-exporter needs Node.js ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer, this is Node.js ${process.versions.node}\n`,
  );
  process.exit(1);
}

const MIB = 1024 * 1024;

/** Of the young generation: more than twice what a scrape of 600 series leaves behind. */
const YOUNG_BYTES = 4 * MIB;
/** V8 counts the half that is being filled and the half that survivors are moved to. */
const HALVES = 2;
/** Of 8 KB each; far more than it takes. */
const MOST_SURVIVORS = 1000;
const SURVIVOR_LENGTH = 1000;

/**
 * V8 takes the size of the young generation on its command line alone. But it grows whenever enough has survived in it, by a
 * factor that may change at any time: so we have something survive, and then let it grow no more.
 */
function growYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  const survivors: number[][] = [];
  while (youngBytes() < HALVES * YOUNG_BYTES && survivors.length < MOST_SURVIVORS) {
    survivors.push(new Array(SURVIVOR_LENGTH).fill(survivors.length));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

// What a scrape leaves behind shall die young: what is moved to the old generation is found dead by a full collection only,
// and one costs as much as ten scrapes of 600 series. So the young one holds a whole scrape, nothing is put into the old one
// because things like it have grown old before, and the old one is collected when it has grown by a half (*measured*: 0.1 ms
// of collection for a scrape of 600 series, and 0.9 ms with a young generation of 1 MiB; with 8 MiB, 14 MiB more are resident).
growYoungGeneration();
setFlagsFromString('--no-allocation-site-pretenuring');
setFlagsFromString('--heap-growing-percent=50');
setFlagsFromString('--max-old-space-size=256');

// libuv's threads are shared by gzip, DNS and every call that may hang on a dead device; host.ts says how many of them
// may hang at once.
process.env['UV_THREADPOOL_SIZE'] ??= '36';
