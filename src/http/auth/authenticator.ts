import { createHmac, randomBytes } from 'node:crypto';
import { compareSteps, costOf } from './bcrypt.ts';
import type { Credentials } from './credentials.ts';
import { PasswordQueue } from './password-queue.ts';

/** Maximum number of correct credentials that are cached. */
const MAX_CACHED = 100;

/** Salt and digest of a hash that belongs to no password. The password of an unknown user is compared with this hash. */
const UNKNOWN_DIGEST = `${'.'.repeat(22)}${'/'.repeat(31)}`;

export interface AuthenticationRequest {
  readonly credentials: Credentials;
  /** Hashes of the passwords by user; at least one. */
  readonly users: ReadonlyMap<string, string>;
  /** Group of addresses that share a queue of comparisons. */
  readonly client: string;
}

/**
 * Checks users and passwords. Caches correct credentials, because a comparison takes about 0.1 s. As long as the hash of a
 * user does not change, its cached password stays valid.
 */
export class Authenticator {
  readonly #queue: PasswordQueue;
  /** The cache contains HMACs with this key in place of passwords. */
  readonly #key = randomBytes(32);
  /** Keys of correct credentials. The key whose last use is the longest ago is first. */
  readonly #correct = new Set<string>();
  readonly #running = new Map<string, Promise<boolean | undefined>>();

  constructor(queue = new PasswordQueue()) {
    this.#queue = queue;
  }

  /**
   * Returns whether the credentials are correct; `undefined` if the comparison was dropped, because too many others wait.
   * An unknown user takes as long as a wrong password.
   */
  async check({ credentials, users, client }: AuthenticationRequest): Promise<boolean | undefined> {
    const { user, password } = credentials;
    const ofUser = users.get(user);
    const hash = ofUser ?? unknownHash(users);
    const key = this.#keyOf(user, hash, password);
    if (this.#correct.delete(key)) {
      this.#correct.add(key);
      return true;
    }
    // Requests of the same client with the same credentials share a comparison.
    const flight = `${client} ${key}`;
    const running = this.#running.get(flight) ?? this.#queue.run(client, compareSteps(password, hash));
    this.#running.set(flight, running);
    const isEqual = await running;
    this.#running.delete(flight);
    if (isEqual !== true || ofUser === undefined) return isEqual && false;
    this.#remember(key);
    return true;
  }

  #remember(key: string): void {
    this.#correct.add(key);
    const [oldest] = this.#correct;
    if (this.#correct.size > MAX_CACHED && oldest !== undefined) this.#correct.delete(oldest);
  }

  #keyOf(user: string, hash: string, password: Buffer): string {
    const hmac = createHmac('sha256', this.#key).update(JSON.stringify([user, hash]));
    return hmac.update(password).digest('base64');
  }
}

/** Returns a hash with the highest cost of all users. */
function unknownHash(users: ReadonlyMap<string, string>): string {
  const cost = Math.max(...[...users.values()].map(costOf));
  return `$2b$${String(cost).padStart(2, '0')}$${UNKNOWN_DIGEST}`;
}
