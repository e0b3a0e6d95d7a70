/**
 * `npm run soak` scrapes the program while containers, devices, mounts, processes and text files come and go, and while it
 * pushes. Prints a line of figures. `--scrapes=N` sets the number of scrapes. `--curve` prints a line for each window of 500
 * scrapes too.
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

/** Number of scrapes after which the memory has its usual size. The growth is measured from here. */
const WARM_UP = 5000;
const SCRAPES_PER_WINDOW = 500;
const MAX_GROWTH_MIB = 2;

const { values } = parseArgs({
  options: { scrapes: { type: 'string', default: '100000' }, curve: { type: 'boolean', default: false } },
});
const { windows, seconds, pushes, series } = await soak({
  scrapes: Number(values.scrapes),
  scrapesPerWindow: SCRAPES_PER_WINDOW,
  onWindow({ scrapes, residentMiB, heapMiB, descriptors, threads }) {
    if (!values.curve) return;
    const memory = `${residentMiB.toFixed(1)} MiB resident, ${heapMiB.toFixed(1)} MiB heap`;
    console.log(`${scrapes}: ${memory}, ${descriptors} descriptors, ${threads} threads`);
  },
});
const last = windows.at(-1);
const first = windows.find(({ scrapes }) => scrapes >= WARM_UP) ?? last;
if (first === undefined || last === undefined)
  throw new Error(`Cannot measure fewer than ${SCRAPES_PER_WINDOW} scrapes`);
const growth = last.residentMiB - first.residentMiB;
console.log(
  [
    `${last.scrapes} scrapes of ${series} series and ${pushes} pushes in ${seconds.toFixed(0)} s`,
    `resident memory ${first.residentMiB.toFixed(1)} MiB after ${first.scrapes}, ${last.residentMiB.toFixed(1)} MiB at the end`,
    `heap ${first.heapMiB.toFixed(1)} and ${last.heapMiB.toFixed(1)} MiB`,
    `descriptors ${first.descriptors} and ${last.descriptors}`,
    `threads ${first.threads} and ${last.threads}`,
  ].join('; '),
);
process.exitCode = growth > MAX_GROWTH_MIB || last.threads > first.threads ? 1 : 0;
