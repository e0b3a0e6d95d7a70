import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where tests keep what takes long to make, outside the checkout. */
export function cacheDirectory(): string {
  const path = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'otel-node-exporter');
  mkdirSync(path, { recursive: true });
  return path;
}
