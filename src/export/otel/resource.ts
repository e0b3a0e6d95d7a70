import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { SCHEMA_URL } from './semconv.ts';

/** Attributes of the service and the host. Those that are `undefined` are left out. */
export type ResourceAttributes = Readonly<Record<string, string | number | undefined>>;

/**
 * Creates the OpenTelemetry resource. It never contains the command line of a process, which may contain secrets.
 *
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function createResource(attributes: ResourceAttributes): Resource {
  const defined = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  return defaultResource().merge(resourceFromAttributes(defined, { schemaUrl: SCHEMA_URL }));
}
