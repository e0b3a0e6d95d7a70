import { AbsentError, type Host, ReadError } from '../../host/host.ts';
import { withDeadline } from '../../util/deadline.ts';
import type { Container } from '../discovery/container.ts';
import { type ContainerMetadata, mergeMetadata } from './metadata.ts';
import type { MetadataResult, MetadataSource } from './metadata-source.ts';

/** A source that has not answered so much later than a program has to is not waited for. */
const MARGIN_MS = 100;

/** A source that failed is asked again after so many seconds. */
const AGAIN_AFTER_FAILURE = 10;

/** A container without a name is asked for again after 1, 2, 4, … seconds; one with a name may have been renamed. */
const LONGEST_WAIT = 300;

/** How many that have been asked for before are asked for again in one pass: files are read for each. */
const MOST_AGAIN = 50;

const HEXADECIMAL_ID = /^[0-9a-f]{64}$/;

interface Answer {
  readonly names: ReadonlyMap<Container, ContainerMetadata>;
  /** Kept until the source answers: what is wrong stays wrong between two attempts. */
  readonly errors: readonly unknown[];
  /** `undefined`: this machine has no such source. */
  readonly answered: boolean | undefined;
  readonly at: number;
}

/** Names containers: asks all sources at once, each with a deadline of its own, and only for those that need it. */
export class MetadataResolver {
  readonly #sources: readonly MetadataSource[];
  readonly #answers = new Map<MetadataSource, Answer>();
  readonly #underWay = new Set<MetadataSource>();

  /** @param sources in the order in which they are believed */
  constructor(sources: readonly MetadataSource[]) {
    this.#sources = sources;
  }

  /** Whether each source answers; those are left out that this machine does not have. */
  get answers(): readonly (readonly [source: string, answers: boolean])[] {
    return this.#sources.flatMap((source) => {
      const answered = this.#answers.get(source)?.answered;
      return answered === undefined ? [] : [[source.name, answered] as const];
    });
  }

  /**
   * Gives names to the containers that need them.
   *
   * @returns why names are missing
   */
  async name(host: Host, containers: readonly Container[]): Promise<readonly unknown[]> {
    const due = this.#due(containers, host.now());
    if (due.length > 0) {
      const asked = this.#sources.filter((source) => this.#isReady(source, host.now()));
      await Promise.all(asked.map((source) => this.#ask(source, host, due)));
      for (const container of due) this.#set(container, asked, host.now());
    }
    return this.#sources.flatMap((source) => this.#answers.get(source)?.errors ?? []);
  }

  /** Those that were never named, and a few of those that may be called otherwise now. */
  #due(containers: readonly Container[], now: number): readonly Container[] {
    const fresh = containers.filter(({ naming }) => naming === undefined);
    const again = containers.filter(({ naming }) => naming !== undefined && naming.due <= now);
    return [...fresh, ...again.slice(0, MOST_AGAIN)];
  }

  #isReady(source: MetadataSource, now: number): boolean {
    const answer = this.#answers.get(source);
    const hasFailed = answer?.answered === false && now - answer.at < AGAIN_AFTER_FAILURE;
    return !hasFailed && !this.#underWay.has(source);
  }

  async #ask(source: MetadataSource, host: Host, containers: readonly Container[]): Promise<void> {
    this.#underWay.add(source);
    const asking = source.find(host, containers).finally(() => this.#underWay.delete(source));
    this.#answers.set(
      source,
      await toAnswer(source, findWithin(source, asking, host.socketTimeoutMs + MARGIN_MS), host.now()),
    );
  }

  #set(container: Container, asked: readonly MetadataSource[], now: number): void {
    const found = asked.flatMap((source) => this.#answers.get(source)?.names.get(container) ?? []);
    const names = mergeMetadata([...found, container.metadata, nameOfItself(container)]);
    if (!isEqual(names, container.metadata)) container.metadata = names;
    const attempts = (container.naming?.attempts ?? 0) + 1;
    const wait = found.length > 0 ? LONGEST_WAIT : Math.min(2 ** (attempts - 1), LONGEST_WAIT);
    container.naming = { attempts, due: now + wait };
  }
}

/** A machine of systemd or LXC is called what its cgroup is called. */
function nameOfItself({ id }: Container): ContainerMetadata {
  return HEXADECIMAL_ID.test(id) ? {} : { name: id };
}

function isEqual(one: ContainerMetadata, other: ContainerMetadata): boolean {
  return JSON.stringify(mergeMetadata([one])) === JSON.stringify(mergeMetadata([other]));
}

async function toAnswer(source: MetadataSource, found: Promise<MetadataResult>, at: number): Promise<Answer> {
  try {
    return { ...(await found), answered: true, at };
  } catch (error) {
    const isMissing = error instanceof AbsentError && !source.isRequired;
    return { names: new Map(), errors: isMissing ? [] : [error], answered: isMissing ? undefined : false, at };
  }
}

async function findWithin(
  { name }: MetadataSource,
  call: Promise<MetadataResult>,
  milliseconds: number,
): Promise<MetadataResult> {
  const found = await withDeadline(call, performance.now() + milliseconds);
  if (found === undefined) {
    throw new ReadError(`Cannot name containers from ${name}: no answer within ${milliseconds} ms`, {});
  }
  return found;
}
