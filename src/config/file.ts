import { parseDocument } from 'yaml';
import { UsageError } from '../flags/usage-error.ts';
import { readSmallFile } from '../host/read-small-file.ts';
import { codeOf, messageOf } from '../util/errors.ts';

/** Maximum size of the file in bytes. To parse 64 KiB with one short key per line takes a second. */
const MAX_BYTES = 64 * 1024;

/**
 * Returns the keys and values in the file of `--config.file`. An error message contains the number of the invalid line, but
 * not the text of the line, which may contain a secret.
 *
 * @throws {UsageError} if the file cannot be read, is not YAML, or is not a mapping
 */
export function readConfigFile(file: string): readonly (readonly [key: string, value: unknown])[] {
  let content: string;
  try {
    content = readSmallFile(file, MAX_BYTES).toString('utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${codeOf(error) ?? messageOf(error)}`);
  }
  return parseConfigFile(content, file);
}

/**
 * Returns the keys and values in the text of a configuration file.
 *
 * @param file path of the file, for error messages
 * @throws {UsageError} if the text is not YAML, or is not a mapping
 */
export function parseConfigFile(content: string, file: string): readonly (readonly [key: string, value: unknown])[] {
  const document = parseDocument(content, { prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = content.slice(0, problem.pos[0]).split('\n').length;
    throw new UsageError(`Cannot parse ${file}: invalid YAML in line ${line} (${problem.code})`);
  }
  let keys: unknown;
  try {
    keys = document.toJS();
  } catch (error) {
    // The conversion to JavaScript detects some more errors, such as an alias without an anchor.
    throw new UsageError(`Cannot parse ${file}: invalid YAML (${error instanceof Error ? error.name : error})`);
  }
  if (keys === null) return [];
  if (typeof keys !== 'object' || Array.isArray(keys)) {
    throw new UsageError(`Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`);
  }
  return Object.entries(keys);
}
