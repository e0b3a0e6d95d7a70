import { memoize } from '../../util/memoize.ts';
import { computeTables, SUBKEY_WORDS } from './blowfish-tables.ts';

const initialTables = memoize(computeTables);

const ROUNDS = 16;
const NO_SALT = new Int32Array(4);

/** The state of the block cipher Blowfish: its subkeys, followed by its boxes. All words are signed 32-bit integers. */
export class Blowfish {
  readonly #words = Int32Array.from(initialTables('π'));
  #left = 0;
  #right = 0;

  /**
   * Mixes a key and a salt into the state, as the key setup of bcrypt requires.
   *
   * @param key as many words as subkeys
   * @param salt four words. Default: zeros, as in the key setup of Blowfish itself.
   */
  expand(key: Int32Array, salt: Int32Array = NO_SALT): void {
    const words = this.#words;
    for (let index = 0; index < SUBKEY_WORDS; index += 1) words[index] = (words[index] ?? 0) ^ (key[index] ?? 0);
    this.#left = 0;
    this.#right = 0;
    for (let index = 0; index < words.length; index += 2) {
      this.#left ^= salt[index & 3] ?? 0;
      this.#right ^= salt[(index + 1) & 3] ?? 0;
      this.#encryptBlock();
      words[index] = this.#left;
      words[index + 1] = this.#right;
    }
  }

  /** Encrypts blocks of two words in place. */
  encrypt(blocks: Int32Array): void {
    for (let index = 0; index < blocks.length; index += 2) {
      this.#left = blocks[index] ?? 0;
      this.#right = blocks[index + 1] ?? 0;
      this.#encryptBlock();
      blocks[index] = this.#left;
      blocks[index + 1] = this.#right;
    }
  }

  #encryptBlock(): void {
    const words = this.#words;
    let left = this.#left ^ (words[0] ?? 0);
    let right = this.#right;
    for (let round = 1; round < ROUNDS; round += 2) {
      right ^= substitute(words, left) ^ (words[round] ?? 0);
      left ^= substitute(words, right) ^ (words[round + 1] ?? 0);
    }
    this.#left = right ^ (words[ROUNDS + 1] ?? 0);
    this.#right = left;
  }
}

/** The function F of Blowfish: combines one word of each box. */
function substitute(words: Int32Array, block: number): number {
  const first = (words[SUBKEY_WORDS + (block >>> 24)] ?? 0) + (words[SUBKEY_WORDS + 256 + ((block >>> 16) & 255)] ?? 0);
  return (
    ((first ^ (words[SUBKEY_WORDS + 512 + ((block >>> 8) & 255)] ?? 0)) +
      (words[SUBKEY_WORDS + 768 + (block & 255)] ?? 0)) |
    0
  );
}
