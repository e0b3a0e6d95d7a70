import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns the directory outside the checkout that caches programs and images whose build takes long. */
export function cacheDirectory(): string {
  const path = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'otel-node-exporter');
  mkdirSync(path, { recursive: true });
  return path;
}
