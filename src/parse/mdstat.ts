import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

export interface RaidArray {
  readonly device: string;
  /**
   * `active` or `inactive`, or the current operation on the whole array: `recovery`, `resync`, `check`, `reshape` or
   * `repair`.
   */
  readonly state: string;
  /** Number of disks that the complete array has; `undefined` if the kernel does not print it. */
  readonly required: number | undefined;
  readonly active: number | undefined;
  readonly failed: number;
  readonly spare: number;
  /** Size of the array in blocks of 1,024 bytes; `undefined` for an array without disks. */
  readonly blocks: number | undefined;
  /** Number of blocks that the operation in `state` has completed; `undefined` if the kernel does not print it. */
  readonly synced: number | undefined;
}

/**
 * Parses `/proc/mdstat`: a line per array, followed by indented lines about that array.
 *
 *     md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
 *           195310144 blocks [2/1] [U_]
 *           [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
 *
 * https://docs.kernel.org/admin-guide/md.html, `md_seq_show()` in `drivers/md/md.c`
 */
export function parseMdstat(text: string): RaidArray[] {
  const arrays: { readonly head: string; readonly details: string[] }[] = [];
  let current: string[] | undefined;
  for (const line of splitLines(text)) {
    if (/^\s/.test(line)) current?.push(line);
    else if (/^(Personalities|read_ahead|unused devices)\b/.test(line)) current = undefined;
    else {
      current = [];
      arrays.push({ head: line, details: current });
    }
  }
  return arrays.map(({ head, details }) =>
    parseArray(
      head,
      details.filter((line) => line.trim() !== ''),
    ),
  );
}

function parseArray(head: string, details: readonly string[]): RaidArray {
  const [device, colon, activity, ...rest] = splitWords(head);
  if (device === undefined || colon !== ':' || activity === undefined) {
    throw new SyntaxError(`unexpected line ${quote(head)}`);
  }
  // The word `(read-only)` may precede the personality. An inactive array has no personality.
  const personality = rest.find((word) => !word.startsWith('(') && !word.includes('['));
  const [status = ''] = details;
  const blocks = parseBlocks(status);
  const progress = parseProgress(details.slice(1));
  return {
    device,
    state: progress?.state ?? activity,
    ...countDisks({ members: countWords(rest, '['), activity, personality, status }),
    failed: countWords(rest, '(F)'),
    spare: countWords(rest, '(S)'),
    blocks,
    synced: progress === undefined ? blocks : progress.done,
  };
}

/** Returns the number of words that contain a text. */
function countWords(words: readonly string[], part: string): number {
  return words.filter((word) => word.includes(part)).length;
}

/** Returns the size in blocks, or `undefined` for an array without disks, whose status line is empty. */
function parseBlocks(status: string): number | undefined {
  if (status === '') return undefined;
  const [, blocks] = /^\s*(\S+) blocks\b/.exec(status) ?? [];
  if (blocks === undefined) throw new SyntaxError(`expected a number of blocks in ${quote(status)}`);
  return parseUnsigned(blocks);
}

interface ArraySummary {
  readonly members: number;
  readonly activity: string;
  readonly personality: string | undefined;
  readonly status: string;
}

function countDisks({ members, activity, personality, status }: ArraySummary): Pick<RaidArray, 'required' | 'active'> {
  // Arrays without redundancy run only with all of their disks.
  if (personality === 'raid0' || personality === 'linear') return { required: members, active: members };
  if (activity === 'inactive') return { required: 0, active: 0 };
  const [, required, active] = /\[(\d{1,10})\/(\d{1,10})\] \[[U_]+\]/.exec(status) ?? [];
  if (required === undefined || active === undefined) return { required: undefined, active: undefined };
  return { required: Number(required), active: Number(active) };
}

const PROGRESS = /\b(recovery|resync|check|reshape|repair)\s*=/;

function parseProgress(
  details: readonly string[],
): { readonly state: string; readonly done: number | undefined } | undefined {
  for (const line of details) {
    const state = PROGRESS.exec(line)?.[1];
    if (state === undefined) continue;
    if (/=\s*(PENDING|DELAYED)/.test(line)) return { state, done: 0 };
    const done = /\((\d{1,20})\/\d{1,20}\)/.exec(line)?.[1];
    return { state, done: done === undefined ? undefined : Number(done) };
  }
  return undefined;
}
