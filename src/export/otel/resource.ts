import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { SCHEMA_URL } from './semconv.ts';

/** What is known of the service and the host; an attribute that is `undefined` is left out. */
export type ResourceAttributes = Readonly<Record<string, string | number | undefined>>;

/**
 * The OpenTelemetry resource. The command line of a process is never part of it: it may hold secrets.
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function createResource(attributes: ResourceAttributes): Resource {
  const known = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  return defaultResource().merge(resourceFromAttributes(known, { schemaUrl: SCHEMA_URL }));
}
