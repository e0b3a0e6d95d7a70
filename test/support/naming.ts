import type { Naming } from '../../src/export/otel/naming.ts';

/** Naming of metrics with default flags. */
export const NAMING: Naming = { version: '1.2.3', namespace: 'node', defaultNamespace: 'node', scopeInfo: false };
