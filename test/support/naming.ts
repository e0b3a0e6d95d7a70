import type { Naming } from '../../src/export/otel/naming.ts';

/** The naming of the node exporter without flags. */
export const NAMING: Naming = { version: '1.2.3', namespace: 'node', defaultNamespace: 'node', scopeInfo: false };
