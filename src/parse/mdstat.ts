import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, tryParse } from './rows.ts';

export interface RaidArray {
  readonly device: string;
  /**
   * State of the array: `active` or `inactive`. During an operation on the array, the state is the operation: `recovery`,
   * `resync`, `check`, `reshape` or `repair`.
   */
  readonly state: string;
  /** Number of disks of the complete array; `undefined` if the kernel does not print it. */
  readonly required: number | undefined;
  readonly active: number | undefined;
  readonly failed: number;
  readonly spare: number;
  /** Size of the array in blocks of 1,024 bytes; `undefined` if the array has no disks or the number is malformed. */
  readonly blocks: number | undefined;
  /**
   * Number of blocks that the current operation has completed; `undefined` if the kernel does not print it. Without an
   * operation, the same number as `blocks`.
   */
  readonly synced: number | undefined;
}

/**
 * Parses `/proc/mdstat`. The file contains a line for each array. After this line, it contains indented lines about the
 * array.
 *
 *     md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
 *           195310144 blocks [2/1] [U_]
 *           [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
 *
 * https://docs.kernel.org/admin-guide/md.html, `md_seq_show()` in `drivers/md/md.c`
 */
export function parseMdstat(text: string, report: ReportProblem = raise): RaidArray[] {
  if (!MDSTAT.test(text)) throw new SyntaxError(`expected a line "Personalities", got ${quote(text)}`);
  const arrays: { readonly head: string; readonly details: string[] }[] = [];
  let details: string[] | undefined;
  const parseLine = (line: string): undefined => {
    if (/^\s/.test(line)) {
      if (line.trim() !== '') details?.push(line);
      return;
    }
    if (OTHER_LINE.test(line)) {
      details = undefined;
      return;
    }
    if (!HEAD.test(line)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    details = [];
    arrays.push({ head: line, details });
  };
  parseRows(splitLines(text), parseLine, report);
  return arrays.map((array) => parseArray(array.head, array.details, report));
}

const OTHER_LINE = /^(Personalities|read_ahead|unused devices)\b/;
const HEAD = /^\S+ : \S/;
/** Matches a line that other files of the same name lack: the file of Unraid contains lines such as `mdState=STARTED`. */
const MDSTAT = /^(Personalities\b|\S+ : \S)/m;
/** Matches the line with the size of an array. An array without disks has no such line. */
const STATUS = /^\s*\S+ blocks\b/;

function parseArray(head: string, details: readonly string[], report: ReportProblem): RaidArray {
  const [device = '', , activity = '', ...rest] = splitWords(head);
  // The personality is the RAID level. The word `(read-only)` may precede it. An inactive array has no personality.
  const personality = rest.find((word) => !word.startsWith('(') && !word.includes('['));
  const status = details.find((line) => STATUS.test(line)) ?? '';
  // An active array without disks has its counts in the first line: `md1 : active raid5 super 1.2 level 5 [4/0] [____]`.
  const counts = COUNTS.exec(status === '' ? head : status);
  const [firstDetail] = details;
  if (status === '' && counts === null && firstDetail !== undefined) {
    report(new SyntaxError(`expected a number of blocks in ${quote(firstDetail)}`));
  }
  if (counts === null && MALFORMED_COUNTS.test(status)) {
    report(new SyntaxError(`expected the numbers of disks in ${quote(status)}`));
  }
  const blocks = tryParse(parseBlocks, status, report);
  const progress = parseProgress(details);
  const failed = countWords(rest, '(F)');
  return {
    device,
    state: progress?.state ?? activity,
    ...countDisks({ members: countWords(rest, '['), failed, activity, personality, counts }),
    failed,
    spare: countWords(rest, '(S)'),
    blocks,
    synced: progress === undefined ? blocks : progress.done,
  };
}

/** Returns the number of words that contain a text. */
function countWords(words: readonly string[], part: string): number {
  return words.filter((word) => word.includes(part)).length;
}

function parseBlocks(status: string): number | undefined {
  const [blocks] = splitWords(status);
  return blocks === undefined ? undefined : parseUnsigned(blocks);
}

interface ArraySummary {
  readonly members: number;
  readonly failed: number;
  readonly activity: string;
  readonly personality: string | undefined;
  /** Match of {@link COUNTS}; `null` if the kernel does not print the counts. */
  readonly counts: RegExpExecArray | null;
}

function countDisks({
  members,
  failed,
  activity,
  personality,
  counts,
}: ArraySummary): Pick<RaidArray, 'required' | 'active'> {
  // An array without redundancy starts only if all of its disks are present. If a disk fails later, the array is broken.
  if (personality === 'raid0' || personality === 'linear') return { required: members, active: members - failed };
  if (activity === 'inactive') return { required: 0, active: 0 };
  const [, required, active] = counts ?? [];
  if (required === undefined || active === undefined) return { required: undefined, active: undefined };
  return { required: Number(required), active: Number(active) };
}

const COUNTS = /\[(\d{1,10})\/(\d{1,10})\] \[[U_]+\]/;
/** Matches the counts even if one of them is malformed. */
const MALFORMED_COUNTS = /\[\S+\/\S+\]/;
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
