import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { UsageError } from '../flags/usage-error.ts';
import { codeOf } from '../util/errors.ts';

/**
 * The keys of `--config.file`. A YAML error shows its position and not the line: the line may hold a secret.
 *
 * @throws {UsageError} for a file that cannot be read, or is no list of keys
 */
export function readConfigFile(file: string): [key: string, value: unknown][] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${codeOf(error) ?? error}`);
  }
  const document = parseDocument(content, { prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = content.slice(0, problem.pos[0]).split('\n').length;
    throw new UsageError(`Cannot parse ${file}: line ${line} is no YAML (${problem.code})`);
  }
  let keys: unknown;
  try {
    keys = document.toJS();
  } catch (error) {
    // What the parser lets pass, such as an alias of nothing.
    throw new UsageError(`Cannot parse ${file}: it is no YAML (${error instanceof Error ? error.name : error})`);
  }
  if (keys === null) return [];
  if (typeof keys !== 'object' || Array.isArray(keys)) {
    throw new UsageError(`Cannot parse ${file}: expected one key per flag, such as "log.level: debug"`);
  }
  return Object.entries(keys);
}
