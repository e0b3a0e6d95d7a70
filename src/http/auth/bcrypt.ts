import { timingSafeEqual } from 'node:crypto';
import type { Steps } from '../../util/slices.ts';
import { Blowfish } from './blowfish.ts';
import { SUBKEY_WORDS } from './blowfish-tables.ts';

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SALT_CHARACTERS = 22;
const DIGEST_BYTES = 23;
const MAGIC = Buffer.from('OrpheanBeholderScryDoubt', 'latin1');
const ENCRYPTIONS = 64;

/** Returns the cost of a hash: the binary logarithm of the number of rounds. */
export function costOf(hash: string): number {
  return Number(hash.slice(4, 6));
}

/**
 * Compares a password with a hash in the format of bcrypt. Each step is one round, which takes less than 0.1 ms. The number
 * of rounds depends on the hash alone.
 *
 * bcrypt uses at most 72 bytes of a password. https://www.usenix.org/legacy/events/usenix99/provos/provos_html/node5.html
 */
export function* compareSteps(password: Buffer, hash: string): Steps<boolean> {
  const encoded = hash.slice(7);
  const salt = decodeBase64(encoded.slice(0, SALT_CHARACTERS));
  const [saltWords, saltKey] = [toWords(salt, 4), toWords(salt, SUBKEY_WORDS)];
  const key = toWords(Buffer.concat([password, Buffer.alloc(1)]), SUBKEY_WORDS);
  const cipher = new Blowfish();
  cipher.expand(key, saltWords);
  for (let rounds = 2 ** costOf(hash); rounds > 0; rounds -= 1) {
    cipher.expand(key);
    cipher.expand(saltKey);
    yield;
  }
  const blocks = toWords(MAGIC, MAGIC.length / 4);
  for (let count = 0; count < ENCRYPTIONS; count += 1) cipher.encrypt(blocks);
  const digest = Buffer.alloc(MAGIC.length);
  for (const [index, word] of blocks.entries()) digest.writeInt32BE(word, index * 4);
  return timingSafeEqual(digest.subarray(0, DIGEST_BYTES), decodeBase64(encoded.slice(SALT_CHARACTERS)));
}

/** Returns `count` words. Repeats the bytes if there are too few. */
function toWords(bytes: Buffer, count: number): Int32Array {
  const at = (index: number): number => bytes[index % bytes.length] ?? 0;
  return Int32Array.from({ length: count }, (_, word) => {
    const index = word * 4;
    return (at(index) << 24) | (at(index + 1) << 16) | (at(index + 2) << 8) | at(index + 3);
  });
}

/** Decodes the Base64 of bcrypt, which has another alphabet than RFC 4648. */
function decodeBase64(text: string): Buffer {
  let [bits, value] = [0, 0];
  const bytes: number[] = [];
  for (const character of text) {
    value = ((value << 6) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 255);
  }
  return Buffer.from(bytes);
}
