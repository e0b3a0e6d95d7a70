import type { Naming } from '../../src/export/otel/naming.ts';

/** Naming of the metrics if no flag changes it. */
export const NAMING: Naming = { version: '1.2.3', namespace: 'node', defaultNamespace: 'node', scopeInfo: false };
